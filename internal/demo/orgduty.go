package demo

import (
	"fmt"
	"time"

	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// committees writes the charters and members of the district's steering
// committee and command centre and of the wards' committees. Some lack what an
// inspector asks for, so that the pages have gaps to show.
func (b *builder) committees() {
	b.batch.Charters = append(b.batch.Charters,
		org.Charter{Office: b.office["bcd"], State: org.Active, FoundedAt: date(2021, 8, 2),
			FoundingText:   "Quyết định số 1215-QĐ/QU ngày 02/8/2021 của Ban Thường vụ Quận ủy (diễn tập)",
			RegulationText: "Quy chế làm việc số 07-QC/BCĐ ngày 03/8/2021 (diễn tập)",
			Spokesperson:   b.person["truong-tuyen-giao"], DeputySpokesperson: b.person["truong-vhtt"]},
		org.Charter{Office: b.office["sch"], State: org.Active, FoundedAt: date(2021, 8, 3),
			FoundingText:   "Quyết định số 2406/QĐ-UBND ngày 03/8/2021 của UBND quận (diễn tập)",
			RegulationText: "Quy chế hoạt động của Sở Chỉ huy số 2407/QC-SCH (diễn tập)",
			Spokesperson:   b.person["truong-vhtt"]})
	for i, m := range b.spec.Committee {
		member := b.member("bcd", m.Role, m.Duty, i)
		member.Post = b.post[m.Key]
		b.batch.Members = append(b.batch.Members, member)
	}
	for i, key := range []string{"chu-tich@sch", "truong-y-te", "gd-ttyt", "cong-an"} {
		role, duty := "member", "Trực tiếp điều hành tổ công tác của ngành."
		if i == 0 {
			role, duty = "head", "Chỉ huy chung, điều hành hằng ngày."
		}
		member := b.member("sch", role, duty, i)
		member.Post = b.post[key]
		b.batch.Members = append(b.batch.Members, member)
	}
	for _, w := range b.spec.Wards {
		b.wardCommittee(fmt.Sprint(w[0]), fmt.Sprint(w[1]))
	}
}

func (b *builder) member(committee, role, duty string, rank int) org.Member {
	order := map[string]int{"head": 0, "standing": 100, "deputy": 200, "member": 300}
	return org.Member{ID: b.ids.New(), Committee: b.office[committee], Role: role, Duty: duty, Rank: order[role] + rank, Period: org.Period{From: b.since}}
}

func (b *builder) wardCommittee(code, name string) {
	suffix := "." + code
	c := org.Charter{Office: b.office["bcd"+suffix], State: org.Active, FoundedAt: date(2021, 8, 5),
		FoundingText:   "Quyết định số 45-QĐ/ĐU ngày 05/8/2021 của Đảng ủy phường " + name + " (diễn tập)",
		RegulationText: "Quy chế làm việc số 02-QC/BCĐ ngày 06/8/2021 (diễn tập)",
		Spokesperson:   b.person["pho-bi-thu"+suffix]}
	switch name {
	case "Giang Biên":
		c.RegulationText = ""
	case "Phúc Đồng":
		c.Spokesperson = ""
	case "Bồ Đề":
		c.State, c.FoundingText, c.FoundedAt = org.Draft, "", 0
	case "Ngọc Thụy":
		b.vacate("bi-thu"+suffix, date(2021, 8, 1))
	}
	b.batch.Charters = append(b.batch.Charters, c)
	for i, m := range []struct{ key, role, duty string }{
		{"bi-thu", "head", "Chỉ đạo chung, chịu trách nhiệm toàn diện trên địa bàn phường."},
		{"chu-tich", "standing", "Điều hành hằng ngày, các chốt và tổ Covid-19 cộng đồng."},
		{"pho-bi-thu", "deputy", "Phụ trách chi bộ, tuyên truyền; người phát ngôn."},
		{"tram-truong", "member", "Chuyên môn y tế, lấy mẫu, theo dõi cách ly tại nhà."},
		{"truong-ca", "member", "An ninh trật tự, quản lý người đến địa bàn."},
		{"ct-mttq", "member", "Vận động, hỗ trợ người dân."},
	} {
		member := b.member("bcd"+suffix, m.role, m.duty, i)
		member.Post = b.post[m.key+suffix]
		b.batch.Members = append(b.batch.Members, member)
	}
}

// vacate ends the holding of the person of a post, wherever he held it.
func (b *builder) vacate(post string, at instant.Micros) {
	for i := range b.batch.Holdings {
		if b.batch.Holdings[i].Person == b.person[post] {
			b.batch.Holdings[i].To = at
		}
	}
}

// Days of the roster before and after the day of the exercise.
const (
	daysBefore = 6
	daysAfter  = 8
)

// duty writes the rosters: three shifts a day at the command centre, two in
// each ward. Gaps and one double booking are part of the sample.
func (b *builder) duty() {
	today := midnight(b.now)
	for day := -daysBefore; day < daysAfter; day++ {
		start := today.Add(time.Duration(day) * 24 * time.Hour)
		b.dutyOfCommand(start, day)
		for i, w := range b.spec.Wards {
			b.dutyOfWard(start, day, i, fmt.Sprint(w[0]), fmt.Sprint(w[1]))
		}
	}
}

func (b *builder) dutyOfCommand(start instant.Micros, day int) {
	for n := range 3 {
		from := start.Add(time.Duration(6+8*n) * time.Hour)
		if day == 2 && n == 2 {
			continue // the night of 7 September has nobody yet
		}
		key := "truc-ban"
		// The officer whom the demo signs in is on duty when it begins.
		if k := (3*(day+daysBefore) + n + 5) % 6; k > 0 {
			key = fmt.Sprintf("truc-ban#%d", k+1)
		}
		b.shift("sch", b.person[key], b.post["truc-ban"], from, 8*time.Hour, "Phòng trực Sở Chỉ huy, tầng 1")
	}
	// The steering committee has its members on call by the day.
	members := b.spec.Committee
	b.shift("bcd", b.person[members[(day+daysBefore)%len(members)].Key], "", start.Add(6*time.Hour), 24*time.Hour, "UBND quận")
}

func (b *builder) dutyOfWard(start instant.Micros, day, ward int, code, name string) {
	posts := []string{"chu-tich", "pct", "pho-bi-thu", "van-phong", "y-si", "truong-ca"}
	for n := range 2 {
		from := start.Add(time.Duration(6+12*n) * time.Hour)
		switch {
		case name == "Phúc Lợi" && day == 0 && n == 1, name == "Giang Biên" && day == 3,
			name == "Thạch Bàn" && day == 5 && n == 0:
			continue // gaps
		}
		key := posts[(2*(day+daysBefore)+n+ward)%len(posts)] + "." + code
		b.shift("bcd."+code, b.person[key], b.post[key], from, 12*time.Hour, "UBND phường "+name)
		if name == "Ngọc Lâm" && day == 1 && n == 0 {
			b.shift("bcd."+code, b.person["ct-mttq."+code], b.post["ct-mttq."+code], from.Add(4*time.Hour), 4*time.Hour, "")
		}
	}
}

// shift plans a turn; what has begun was checked in, what is over handed over.
func (b *builder) shift(office, person, post string, from instant.Micros, length time.Duration, place string) {
	s := org.Shift{ID: b.ids.New(), Office: b.office[office], Person: person, Post: post, Period: org.Period{From: from, To: from.Add(length)}}
	if from <= b.now {
		s.CheckedInAt, s.Place = from.Add(-5*time.Minute), place
	}
	if s.To <= b.now {
		s.HandedAt, s.HandNote = s.To, "Ca trực bình thường, không có việc tồn."
	}
	b.batch.Shifts = append(b.batch.Shifts, s)
}

// hotlines publishes a number for the district and each ward.
func (b *builder) hotlines() {
	add := func(office, number, label string, rank int, public bool) {
		b.batch.Hotlines = append(b.batch.Hotlines, org.Hotline{ID: b.ids.New(), Office: b.office[office], Number: number, Label: label,
			Rank: rank, Public: public, TestedAt: b.now.Add(-30 * time.Hour), TestOK: true, Period: org.Period{From: b.since}})
	}
	add("sch", "02400100100", "Trực ban Sở Chỉ huy quận (24/24)", 1, true)
	add("sch", "02400100101", "Y tế, xét nghiệm, F0 tại nhà", 2, true)
	add("sch", "02400100102", "Hỗ trợ lương thực, an sinh", 3, true)
	add("bcd", "02400100109", "Thường trực Ban Chỉ đạo (nội bộ)", 9, false)
	for i, w := range b.spec.Wards {
		add("bcd."+fmt.Sprint(w[0]), fmt.Sprintf("024001002%02d", i+1), "Trực ban phường "+fmt.Sprint(w[1])+" (24/24)", 1, true)
	}
}

// midnight is the beginning of the day of a moment.
func midnight(at instant.Micros) instant.Micros {
	y, m, d := at.In(instant.Vietnam()).Date()
	return date(y, m, d)
}
