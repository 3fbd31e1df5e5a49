package org

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"phaodai/internal/db"
	"phaodai/internal/testkit"
)

const lbPath = "/01/01-004/"

var wards = []string{
	"Bồ Đề", "Cự Khối", "Đức Giang", "Gia Thụy", "Giang Biên", "Long Biên", "Ngọc Lâm",
	"Ngọc Thụy", "Phúc Đồng", "Phúc Lợi", "Sài Đồng", "Thạch Bàn", "Thượng Thanh", "Việt Hưng",
}

// longBien gives a store with the offices of a district and its city.
func longBien(t testing.TB, d *db.DB) {
	t.Helper()
	units := []Unit{
		{ID: "01", Path: "/01/", Tier: "province", Form: "Thành phố", Name: "Thành phố Hà Nội", ShortName: "Hà Nội", Period: always},
		{ID: "01-004", Parent: "01", Path: lbPath, Tier: "district", Form: "Quận", Name: "Quận Long Biên", ShortName: "Long Biên", Period: always},
	}
	offices := []Office{
		office("01", "/01/", PartyCommittee, Party, "Thành ủy Hà Nội"), office("01", "/01/", PartyGroup, Party, "Ban cán sự đảng UBND Thành phố"),
		office("01", "/01/", PartyBoard, Party, "Ban Tuyên giáo Thành ủy"), office("01", "/01/", UBND, State, "UBND Thành phố Hà Nội"),
		office("01", "/01/", Committee, State, "Ban Chỉ đạo phòng, chống dịch Covid-19 Thành phố"),
		office("01", "/01/", CommandCentre, State, "Sở Chỉ huy phòng, chống dịch Covid-19 Thành phố"),
		office("01", "/01/", Department, State, "Sở Y tế"), office("01", "/01/", Department, State, "Sở Thông tin và Truyền thông"),
		office("01", "/01/", Police, State, "Công an Thành phố Hà Nội"), office("01", "/01/", FrontCommittee, Front, "Ủy ban MTTQ Việt Nam Thành phố"),
		office("01-004", lbPath, PartyCommittee, Party, "Quận ủy Long Biên"), office("01-004", lbPath, PartyStanding, Party, "Ban Thường vụ Quận ủy Long Biên"),
		office("01-004", lbPath, PartyStanding, Party, "Thường trực Quận ủy Long Biên"), office("01-004", lbPath, PartyOffice, Party, "Văn phòng Quận ủy Long Biên"),
		office("01-004", lbPath, PartyBoard, Party, "Ban Tuyên giáo Quận ủy Long Biên"), office("01-004", lbPath, PartyBoard, Party, "Ban Tổ chức Quận ủy Long Biên"),
		office("01-004", lbPath, Council, State, "HĐND quận Long Biên"), office("01-004", lbPath, UBND, State, "UBND quận Long Biên"),
		office("01-004", lbPath, StateOffice, State, "Văn phòng HĐND và UBND quận Long Biên"), office("01-004", lbPath, Department, State, "Phòng Y tế quận Long Biên"),
		office("01-004", lbPath, Department, State, "Phòng Lao động - Thương binh và Xã hội quận Long Biên"), office("01-004", lbPath, HealthCentre, State, "Trung tâm Y tế quận Long Biên"),
		office("01-004", lbPath, Police, State, "Công an quận Long Biên"), office("01-004", lbPath, Military, State, "Ban Chỉ huy Quân sự quận Long Biên"),
		office("01-004", lbPath, FrontCommittee, Front, "Ủy ban MTTQ Việt Nam quận Long Biên"), office("01-004", lbPath, Union, Front, "Quận Đoàn Long Biên"),
		office("01-004", lbPath, Committee, State, "Ban Chỉ đạo phòng, chống dịch Covid-19 quận Long Biên"),
		office("01-004", lbPath, CommandCentre, State, "Sở Chỉ huy phòng, chống dịch Covid-19 quận Long Biên"),
	}
	team := office("01-004", lbPath, Team, Party, "Tổ công tác số 1 của Ban Thường vụ Quận ủy")
	team.Superior = offices[11].ID
	offices = append(offices, team)
	for i, name := range wards {
		id := fmt.Sprintf("01-004-%05d", i+1)
		path := lbPath + id + "/"
		units = append(units, Unit{ID: id, Parent: "01-004", Path: path, Tier: "ward", Form: "Phường", Name: "Phường " + name, ShortName: name, SortKey: fmt.Sprint(100 + i), Period: always})
		offices = append(offices, office(id, path, PartyCommittee, Party, "Đảng ủy phường "+name), office(id, path, UBND, State, "UBND phường "+name),
			office(id, path, FrontCommittee, Front, "Ủy ban MTTQ Việt Nam phường "+name), office(id, path, HealthStation, State, "Trạm Y tế phường "+name),
			office(id, path, Police, State, "Công an phường "+name), office(id, path, PartyCell, Party, "Chi bộ 1 phường "+name))
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := db.InsertAll(tx, "unit", units); err != nil {
			return err
		}
		return db.InsertAll(tx, "office", offices)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func office(unit, path string, kind Kind, line Line, name string) Office {
	return Office{ID: unit + ":" + name, Unit: unit, UnitPath: path, Kind: kind, Line: line, Name: name, Period: always}
}

// The right side says how many offices are found and one of them; "?" before a
// text means that it stays unresolved.
var phrases = []struct {
	in, phrase, want string
}{
	{lbPath, "UBND Quận", "1 UBND quận Long Biên"},
	{lbPath, "UBND quận", "1 UBND quận Long Biên"},
	{lbPath, "quận", "1 UBND quận Long Biên"},
	{lbPath, "Uỷ ban nhân dân Quận Long Biên", "1 UBND quận Long Biên"},
	{lbPath, "UBND phường", "14 UBND phường Cự Khối"},
	{lbPath, "14 phường", "14 UBND phường Cự Khối"},
	{lbPath, "các phường", "14 UBND phường Cự Khối"},
	{lbPath, "UBND các phường Cự Khối, Thạch Bàn", "2 UBND phường Thạch Bàn"},
	{lbPath, "UBND P. Long Biên", "1 UBND phường Long Biên"},
	{lbPath, "Cự Khối", "1 UBND phường Cự Khối"},
	{lbPath, "UBND các xã, phường, thị trấn", "14 UBND phường Cự Khối"},
	{lbPath, "Đảng ủy các phường", "14 Đảng ủy phường Cự Khối"},
	{lbPath, "Đảng uỷ phường", "14 Đảng ủy phường Cự Khối"},
	{lbPath, "Đảng ủy, UBND các phường", "28 UBND phường Cự Khối"},
	{lbPath, "UBND Thành phố", "1 UBND Thành phố Hà Nội"},
	{lbPath, "Thành ủy", "1 Thành ủy Hà Nội"},
	{lbPath, "Sở Y tế", "1 Sở Y tế"},
	{lbPath, "Sở Thông tin và Truyền thông", "1 Sở Thông tin và Truyền thông"},
	{lbPath, "Công an", "1 Công an quận Long Biên"},
	{lbPath, "Công an Thành phố", "1 Công an Thành phố Hà Nội"},
	{lbPath, "quân sự", "1 Ban Chỉ huy Quân sự quận Long Biên"},
	{lbPath, "Bộ Công an", "0 ?Bộ Công an"},
	{lbPath, "Nhân dân", "0 ?Nhân dân"},
	{lbPath, "Người dân có giấy đi đường", "0 ?Người dân có giấy đi đường"},
	{lbPath, "các cơ quan báo chí của Trung ương, Thành phố và các địa phương khác", "0 ?các cơ quan báo chí của Trung ương, Thành phố và các địa phương khác"},
	{lbPath, "Ban Chỉ đạo", "1 Ban Chỉ đạo phòng, chống dịch Covid-19 quận Long Biên"},
	{lbPath, "Ban Chỉ đạo của Quận ủy", "1 Ban Chỉ đạo phòng, chống dịch Covid-19 quận Long Biên"},
	{lbPath, "Ban Chỉ đạo phòng, chống dịch CoVid-19 quận", "1 Ban Chỉ đạo phòng, chống dịch Covid-19 quận Long Biên"},
	{lbPath, "Ban Chỉ đạo, Sở Chỉ huy phòng chống dịch Thành phố", "2 Sở Chỉ huy phòng, chống dịch Covid-19 Thành phố"},
	{lbPath, "Sở Chỉ huy phòng, chống dịch Covid-19 của quận", "1 Sở Chỉ huy phòng, chống dịch Covid-19 quận Long Biên"},
	{lbPath, "Ban Thường vụ", "1 Ban Thường vụ Quận ủy Long Biên"},
	{lbPath, "ủy viên Ban Thường vụ Quận ủy", "1 Ban Thường vụ Quận ủy Long Biên"},
	{lbPath, "Ủy viên BTV Quận ủy phụ trách tổ chức cơ sở Đảng", "1 Ban Thường vụ Quận ủy Long Biên"},
	{lbPath, "Ban Tuyên giáo Quận ủy", "1 Ban Tuyên giáo Quận ủy Long Biên"},
	{lbPath, "Ban Tuyên giáo Thành ủy", "1 Ban Tuyên giáo Thành ủy"},
	{lbPath, "Văn phòng Quận ủy", "1 Văn phòng Quận ủy Long Biên"},
	{lbPath, "Văn phòng HĐND và UBND quận", "1 Văn phòng HĐND và UBND quận Long Biên"},
	{lbPath, "Phòng Y tế", "1 Phòng Y tế quận Long Biên"},
	{lbPath, "Phòng LĐTBXH", "1 Phòng Lao động - Thương binh và Xã hội quận Long Biên"},
	{lbPath, "TTYT quận", "1 Trung tâm Y tế quận Long Biên"},
	{lbPath, "Trạm Y tế các phường", "14 Trạm Y tế phường Cự Khối"},
	{lbPath, "các phòng, ban, ngành quận", "6 Phòng Y tế quận Long Biên"},
	{lbPath, "Các ban Đảng", "2 Ban Tổ chức Quận ủy Long Biên"},
	{lbPath, "Ban cán sự đảng UBND Thành phố", "1 Ban cán sự đảng UBND Thành phố"},
	{lbPath, "HĐND quận", "1 HĐND quận Long Biên"},
	{lbPath, "HĐND, UBND quận", "2 UBND quận Long Biên"},
	{lbPath, "MTTQ", "1 Ủy ban MTTQ Việt Nam quận Long Biên"},
	{lbPath, "Mặt trận Tổ quốc", "1 Ủy ban MTTQ Việt Nam quận Long Biên"},
	{lbPath, "Ủy ban MTTQ quận", "1 Ủy ban MTTQ Việt Nam quận Long Biên"},
	{lbPath, "Ủy ban MTTQ và các đoàn thể", "2 Quận Đoàn Long Biên"},
	{lbPath, "các đoàn thể CT-XH Quận", "1 Quận Đoàn Long Biên"},
	{lbPath, "MTTQ, các tổ chức chính trị - xã hội từ quận tới phường", "16 Ủy ban MTTQ Việt Nam phường Cự Khối"},
	{lbPath, "chính quyền từ quận tới cơ sở", "15 UBND phường Cự Khối"},
	{lbPath, "Toàn hệ thống chính trị từ quận đến cơ sở", "46 Đảng ủy phường Cự Khối"},
	{lbPath, "bí thư các phường", "14 Đảng ủy phường Cự Khối"},
	{lbPath, "chủ tịch các phường", "14 UBND phường Cự Khối"},
	{lbPath, "Chủ tịch UBND phường", "14 UBND phường Cự Khối"},
	{lbPath, "các tổ công tác của Ban Thường vụ Quận ủy", "1 Tổ công tác số 1 của Ban Thường vụ Quận ủy"},
	{lbPath, "các tổ công tác của Sở Chỉ huy", "0 ?các tổ công tác của Sở Chỉ huy"},
	{lbPath, "các tổ chức cơ sở đảng", "29 Chi bộ 1 phường Cự Khối"},
	{lbPath, "Công an, quân sự", "2 Công an quận Long Biên"},
	{lbPath, "UBND Quận; Tập đoàn X; các phường", "15 UBND phường Cự Khối ?Tập đoàn X"},
	{lbPath + "01-004-00002/", "UBND phường", "1 UBND phường Cự Khối"},
	{lbPath + "01-004-00002/", "UBND Quận", "1 UBND quận Long Biên"},
	{lbPath + "01-004-00002/", "các phường", "14 UBND phường Cự Khối"},
	{"/01/", "UBND các quận, huyện, thị xã", "1 UBND quận Long Biên"},
	{"/01/", "các quận, huyện, thị ủy", "1 Quận ủy Long Biên"},
	{"/01/", "Bí thư cấp ủy các quận, huyện, thị xã", "1 Quận ủy Long Biên"},
	{"/01/", "UBND Thành phố", "1 UBND Thành phố Hà Nội"},
}

func TestResolve(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		longBien(t, d)
		read(t, d, func(tx *db.Tx) error {
			for _, c := range phrases {
				m, err := Resolve(tx, c.in, c.phrase, 10)
				if err != nil {
					return err
				}
				checkMatch(t, c.phrase, c.want, m)
			}
			return nil
		})
	})
}

func checkMatch(t *testing.T, phrase, want string, m Match) {
	t.Helper()
	var names []string
	for _, o := range m.Offices {
		names = append(names, o.Name)
	}
	count, rest, _ := strings.Cut(want, " ")
	office, unresolved, _ := strings.Cut(rest, "?")
	office = strings.TrimSpace(office)
	ok := fmt.Sprint(len(names)) == count && (office == "" || slices.Contains(names, office)) &&
		strings.Join(m.Unresolved, ";") == unresolved
	if !ok {
		t.Errorf("%q: want %q, got %d %q unresolved %q", phrase, want, len(names), names[:min(3, len(names))], m.Unresolved)
	}
}

// Every addressee of the labelled seeds is either found or handed back whole.
func TestResolveSeedLabels(t *testing.T) {
	dir := testkit.Shared(t, "corpus", "seeds-labels")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no labels", err)
	}
	d := testkit.SQLite(t)
	longBien(t, d)
	read(t, d, func(tx *db.Tx) error {
		r, err := NewResolver(tx, lbPath, 10)
		if err != nil {
			return err
		}
		found, all := 0, 0
		for _, f := range files {
			for _, phrase := range addressees(t, f) {
				m := r.Resolve(phrase)
				all++
				if len(m.Offices) > 0 {
					found++
				} else {
					t.Logf("unresolved: %q", m.Unresolved)
				}
				if len(m.Offices) == 0 && len(m.Unresolved) == 0 {
					t.Errorf("%q is lost", phrase)
				}
			}
		}
		t.Logf("%d of %d addressees found", found, all)
		if found*100 < all*85 {
			t.Errorf("only %d of %d addressees found", found, all)
		}
		return nil
	})
}

func addressees(t *testing.T, file string) (out []string) {
	t.Helper()
	var labels struct {
		Tasks []struct{ Responsible, Via, Coordinating []string }
	}
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, &labels)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range labels.Tasks {
		out = append(out, slices.Concat(task.Responsible, task.Via, task.Coordinating)...)
	}
	return out
}

func FuzzResolve(f *testing.F) {
	for _, c := range phrases {
		f.Add(c.phrase)
	}
	d := testkit.SQLite(f)
	longBien(f, d)
	var r *Resolver
	if err := d.Read(f.Context(), func(tx *db.Tx) (err error) {
		r, err = NewResolver(tx, lbPath, 10)
		return err
	}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, phrase string) {
		m := r.Resolve(phrase)
		if len(tokens(phrase)) > 0 && len(m.Parts) == 0 && slices.ContainsFunc(tokens(phrase), func(k token) bool { return !k.sep }) {
			t.Errorf("%q is lost", phrase)
		}
	})
}
