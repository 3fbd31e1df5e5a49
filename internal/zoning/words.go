package zoning

import (
	"context"
	"fmt"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
)

// Official texts are Vietnamese whatever the language of the page: they go into
// documents of record.

// draftText is what a draft is written from.
type draftText struct {
	subject, body, issuer string
	to                    []string
	copies                []directive.Copy
}

// decisionText is the decision that approves plans, with the areas in an annex.
func (s *Service) decisionText(ctx context.Context, by auth.Actor, in DecideInput) (t draftText, err error) {
	if len(in.Plans) == 0 {
		return t, invalid().At("plans", "zone.choose")
	}
	err = s.store.Read(ctx, func(tx *db.Tx) error {
		r, err := RoundIn(tx, in.Round)
		if err != nil {
			return err
		}
		if err := by.Require(auth.ZoneApprove, r.UnitPath, auth.Internal); err != nil {
			return err
		}
		views := make([]PlanView, len(in.Plans))
		for i, id := range in.Plans {
			p, err := PlanIn(tx, id)
			if err != nil {
				return err
			}
			if p.State != Submitted && p.Decision == "" {
				return wrongState(p)
			}
			if views[i], err = s.planView(tx, by, p); err != nil {
				return err
			}
		}
		t, err = s.decision(tx, r, views)
		return err
	})
	return t, err
}

// hour is a moment as documents write it: 06h00 ngày 09/9/2021, with a zero
// before months only where one could be added by hand.
func (s *Service) hour(at instant.Micros) string {
	t := at.In(s.zone)
	month := "1"
	if t.Month() < time.March {
		month = "01"
	}
	return t.Format("15h04 ngày 02/" + month + "/2006")
}

func (s *Service) decision(tx *db.Tx, r Round, views []PlanView) (t draftText, err error) {
	var wards []string
	for _, v := range views {
		wards = append(wards, v.Unit.Name)
		t.copies = append(t.copies, directive.Copy{Office: v.Plan.Office})
	}
	t.issuer = r.Office
	t.subject = "Về việc phê duyệt kế hoạch chia khu vực và biện pháp phòng, chống dịch của " + fmt.Sprintf("%d phường", len(views))
	var b strings.Builder
	if r.Document != "" {
		d, err := directive.DocumentIn(tx, r.Document)
		if err != nil {
			return t, err
		}
		fmt.Fprintf(&b, "Thực hiện %s;\n", citation(d))
	}
	b.WriteString("Xét đề nghị của Ủy ban nhân dân các phường,\n")
	fmt.Fprintf(&b, "Điều 1. Phê duyệt kế hoạch của: %s, kèm danh mục khu vực tại Phụ lục.\n", strings.Join(wards, "; "))
	fmt.Fprintf(&b, "Điều 2. Kế hoạch được áp dụng từ %s. Trước thời điểm đó, các biện pháp đang áp dụng tiếp tục có hiệu lực.\n", s.hour(views[0].Plan.StartsAt))
	b.WriteString("Điều 3. Chủ tịch Ủy ban nhân dân các phường có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này.\n")
	b.WriteString("\nPHỤ LỤC: DANH MỤC KHU VỰC\n")
	for i, v := range views {
		fmt.Fprintf(&b, "%d. %s\n", i+1, v.Unit.Name)
		s.board.annex(&b, r.Layer, v.Lines)
	}
	t.body = b.String()
	return t, nil
}

// citation names a document as documents do.
func citation(d directive.Document) string {
	name := directive.KindName(d.Kind, "vi")
	if d.Symbol != "" {
		name += " số " + d.Symbol
	}
	if d.Issuer != "" {
		name += " của " + d.Issuer
	}
	return name
}

// annex lists the areas of a plan.
func (x *Board) annex(b *strings.Builder, l Layer, lines []Line) {
	for i, line := range lines {
		fmt.Fprintf(b, "%s) %s: %s", letter(i), line.Area.Name, ClassOf(l, line.Mark.Class).Vi)
		if bundle, ok := x.Bundle(line.Mark.Bundle); ok {
			fmt.Fprintf(b, ", áp dụng %s", bundle.Title.Vi)
		}
		if len(line.Mark.Additions) > 0 {
			fmt.Fprintf(b, "; thêm: %s", strings.Join(line.Mark.Additions, "; "))
		}
		if line.Area.Households != nil && line.Area.People != nil {
			fmt.Fprintf(b, " (%d hộ, %d người)", *line.Area.Households, *line.Area.People)
		}
		if line.Mark.Gates > 0 {
			fmt.Fprintf(b, "; %d chốt, phụ trách: %s", line.Mark.Gates, line.Mark.Person)
		}
		b.WriteString(".\n")
	}
}

// letter numbers points as documents do: a, b, c, d, đ … and goes on with aa.
func letter(i int) string {
	letters := []string{"a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "x", "y"}
	if i < len(letters) {
		return letters[i]
	}
	return letter(i/len(letters)-1) + letters[i%len(letters)]
}

// DraftPlan writes the plan of a ward as a document to sign and send up.
func (s *Service) DraftPlan(ctx context.Context, by auth.Actor, plan, key string) (directive.Document, error) {
	v, err := s.Plan(ctx, by, plan)
	if err != nil {
		return directive.Document{}, err
	}
	if err := requireWard(by, v.Plan); err != nil {
		return directive.Document{}, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "1. Chia khu vực\n%s có %d khu vực:\n", v.Unit.Name, len(v.Lines))
	s.board.annex(&b, v.Round.Layer, v.Lines)
	fmt.Fprintf(&b, "2. Thời gian áp dụng: từ %s, sau khi được phê duyệt. Trước thời điểm đó giữ các biện pháp đang áp dụng.\n", s.hour(v.Plan.StartsAt))
	b.WriteString("3. Tổ chức thực hiện: người phụ trách từng khu vực có tên ở mục 1 chịu trách nhiệm trước Chủ tịch Ủy ban nhân dân phường.\n")
	doc, err := s.directive.Write(ctx, by, directive.DraftInput{
		Key: key, Kind: "KH", Subject: "Phòng, chống dịch trên địa bàn " + v.Unit.Name, Text: b.String(),
		Recipients: []directive.Copy{{Office: v.Round.Office}}, Answers: v.Round.Document, Issuer: v.Plan.Office,
	})
	if err != nil {
		return doc, err
	}
	return once(ctx, s, by, key, func(tx *db.Tx) (directive.Document, error) { return doc, drafted(tx, by, v.Plan, doc.ID) })
}

// IssueInput sends criteria to signature.
type IssueInput struct {
	Key    string `json:"key,omitempty"`
	ID     string `json:"id,omitempty"`
	Edits  int64  `json:"edits,omitempty"`
	Signer string `json:"signer"` // post
	Issuer string `json:"issuer,omitempty"`
}

// DraftScheme writes the decision that issues a criteria table. The table is in
// force when the decision is issued.
func (s *Service) DraftScheme(ctx context.Context, by auth.Actor, in IssueInput) (directive.Document, error) {
	v, err := s.Scheme(ctx, by, in.ID, 0)
	if err != nil {
		return directive.Document{}, err
	}
	sc := v.Scheme
	switch {
	case !v.MayEdit:
		return directive.Document{}, by.Require(auth.ZoneCriteria, sc.UnitPath, auth.Internal)
	case sc.State != SchemeDraft:
		return directive.Document{}, fault.New(fault.Conflict, "zone.scheme_is_issued")
	case len(v.Faults) > 0:
		return directive.Document{}, fault.New(fault.Invalid, "zone.scheme_faulty", "Count", len(v.Faults))
	}
	doc, err := s.directive.Write(ctx, by, directive.DraftInput{
		Key: in.Key, Kind: "QĐ", Subject: "Ban hành " + lowerFirst(sc.Title), Text: s.board.schemeText(sc), SignerPost: in.Signer, Issuer: in.Issuer,
	})
	if err != nil {
		return doc, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (directive.Document, error) {
		if err := tx.Lock("scheme", sc.ID); err != nil {
			return doc, err
		}
		now, err := SchemeIn(tx, sc.ID, 0)
		if err != nil {
			return doc, err
		}
		if now.Edits != sc.Edits || now.Version != sc.Version {
			return doc, stale(now.ChangedBy, now.ChangedAt)
		}
		_, err = tx.Exec("UPDATE scheme SET document = $1, edits = edits + 1 WHERE id = $2 AND version = $3", doc.ID, sc.ID, sc.Version)
		if err != nil {
			return doc, err
		}
		return doc, note(tx, by, "scheme", sc.ID, sc.UnitPath, "to_sign", "document")
	})
}

func lowerFirst(s string) string {
	for i, r := range s {
		return strings.ToLower(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// schemeText is a criteria table in sentences.
func (x *Board) schemeText(sc Scheme) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Điều 1. Ban hành kèm theo Quyết định này %s, gồm %d loại khu vực.\n", lowerFirst(sc.Title), len(sc.Table.Classes))
	for i, c := range sc.Table.Classes {
		fmt.Fprintf(&b, "%d. %s", i+1, c.Name.Vi)
		choice := sc.Bundles[c.Code]
		if bundle, ok := x.Bundle(choice.Bundle); ok {
			fmt.Fprintf(&b, ": áp dụng %s", bundle.Title.Vi)
		}
		for _, a := range choice.Additions {
			fmt.Fprintf(&b, "; thêm: %s", a)
		}
		b.WriteString(".\n")
		n := 0
		for _, row := range sc.Table.Rows {
			cell, ok := row.Cells[c.Code]
			if !ok {
				continue
			}
			fmt.Fprintf(&b, "%s) %s: %s.\n", letter(n), row.Title.Vi, conditionText(sc.Table, row.Given, cell.When))
			n++
		}
	}
	b.WriteString("Điều 2. Ủy ban nhân dân các phường căn cứ khung tiêu chí để chia khu vực và lập kế hoạch.\n")
	b.WriteString("Điều 3. Quyết định này có hiệu lực kể từ ngày ký.\n")
	return b.String()
}

// issueScheme puts the criteria that a document carries in force.
func (s *Service) issueScheme(tx *db.Tx, by auth.Actor, d directive.Document) error {
	var rows []Scheme
	err := tx.Select(&rows, "SELECT "+schemeColumns+" FROM scheme WHERE document = $1 AND state = 'draft'", d.ID)
	if err != nil {
		return err
	}
	for _, sc := range rows {
		if _, err := tx.Exec("UPDATE scheme SET state = 'replaced', edits = edits + 1 WHERE id = $1 AND state = 'issued'", sc.ID); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE scheme SET state = 'issued', issued_at = $1, edits = edits + 1, changed_by = $2, changed_at = $3 WHERE id = $4 AND version = $5",
			int64(by.Now), by.Name, int64(by.Now), sc.ID, sc.Version)
		if err != nil {
			return err
		}
		if err := note(tx, by, "scheme", sc.ID, sc.UnitPath, "issued", "state"); err != nil {
			return err
		}
		rounds, err := roundsOf(tx, sc.ID)
		if err != nil {
			return err
		}
		for _, r := range rounds {
			if err := criteriaEvidence(tx, by, r, d.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
