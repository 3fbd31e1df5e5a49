package laboratory

import (
	"fmt"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/org"
	"phaodai/internal/sampling"
	"phaodai/internal/task"
)

// within is how long a ward has to keep people of a tube apart and to take their
// single samples: as long as the notice 484-TB/TU gives a pool for its result.
const within = 12 * time.Hour

// follow does what follows from a result: it is told, it is work, it ends work.
func (s *Service) follow(tx *db.Tx, by auth.Actor, corrects bool, e sampling.Effect) error {
	if err := s.tellFollows(tx, by, corrects, e); err != nil {
		return err
	}
	if err := s.openWork(tx, by, e); err != nil {
		return err
	}
	return s.reportWork(tx, by, corrects, e)
}

// openWork gives the health station of the ward the work that a tube leaves
// behind: single samples, and of a positive tube everybody keeps apart until his
// own result is there. A ward without station is told by the notice alone.
func (s *Service) openWork(tx *db.Tx, by auth.Actor, e sampling.Effect) error {
	if len(e.Resample) == 0 {
		return nil
	}
	station, err := stationOf(tx, by, e.Tube.UnitPath)
	if err != nil || station.Post.ID == "" {
		return err
	}
	in := task.AssignInput{
		Item: item(e.Tube.Code), Offices: []string{station.Post.Office}, Deadline: by.Now.Add(within),
		Title: fmt.Sprintf("Lấy lại mẫu đơn %d người của ống %s", len(e.Resample), e.Tube.Code),
		Text:  "Ống không cho kết quả. Lấy mẫu đơn của từng người, mỗi người một ống. Tên ở trang Xét nghiệm, mục Lấy lại mẫu đơn.",
	}
	if by.Office == "" { // a phone of the station's teams
		by.Office, by.Post = station.Post.Office, station.Post.ID
	}
	if e.Tube.Result == sampling.Positive {
		in.Title = fmt.Sprintf("Giữ riêng tại nhà, lấy lại mẫu đơn %d người của ống dương tính %s", len(e.Resample), e.Tube.Code)
		in.Text = "Ống gộp hoặc test nhanh dương tính không làm ai thành ca bệnh. Từng người ở riêng tại nhà cho đến khi có kết quả mẫu đơn của mình; lấy mẫu tại nhà, mỗi người một ống. Tên ở trang Xét nghiệm, mục Lấy lại mẫu đơn."
	}
	_, err = s.tasks.OpenIn(tx, by, in)
	return err
}

// item names the tube in the task that it leaves behind.
func item(tube string) string { return "ống " + tube }

// stationOf is a post of the ward's health station with who holds it; without
// one it is empty.
func stationOf(tx *db.Tx, by auth.Actor, path string) (h org.PostHolder, err error) {
	posts, err := org.PostsWith(tx, path, org.HealthStation, "health_station", by.Now)
	if err != nil || len(posts) == 0 {
		return h, err
	}
	return posts[0], nil
}

// reportWork reports the work of tubes whose single samples all have their
// result with this one, and of a tube whose correction asks for none any more.
func (s *Service) reportWork(tx *db.Tx, by auth.Actor, corrects bool, e sampling.Effect) error {
	if corrects && len(e.Resample) == 0 {
		return s.reported(tx, by, e.Tube, e.Tube.Code, "Kết quả của ống "+e.Tube.Code+" đã được sửa: không phải lấy lại mẫu đơn.")
	}
	var done []string
	err := tx.Select(&done, `SELECT DISTINCT r.tube FROM resample r JOIN sample x ON x.id = r.by_sample WHERE x.tube = $1 AND r.state = 'done'
		AND NOT EXISTS (SELECT 1 FROM resample o WHERE o.tube = r.tube AND o.state IN ('open', 'taken')) ORDER BY r.tube`, e.Tube.Code)
	for _, tube := range done {
		if err := s.reported(tx, by, e.Tube, tube, "Mọi người của ống "+tube+" đã có kết quả mẫu đơn."); err != nil {
			return err
		}
	}
	return err
}

// reported tells the task of a tube that its work is done, seen at another tube
// of the same ward.
func (s *Service) reported(tx *db.Tx, by auth.Actor, at sampling.Tube, tube, text string) error {
	station, err := stationOf(tx, by, at.UnitPath)
	if err != nil || station.Post.ID == "" {
		return err
	}
	return tx.ChangedData(by.Now, db.Change{Kind: task.EvidenceKind, Subject: tube, Unit: station.Post.Office, What: task.EvidenceGiven}, task.Evidence{
		Item: item(tube), Office: station.Post.Office, Post: station.Post.ID, Text: text, Name: "Kết quả mẫu đơn", Link: "/xet-nghiem/" + at.Campaign,
	})
}
