package orgapi

import (
	"bytes"
	"context"
	"net/http"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/org"
)

type empty struct{}

func readUnits(k *api.Kit, s *org.Service) {
	get(k, "list-tiers", "/tiers", "The tiers of units", func(ctx context.Context, by auth.Actor, _ *empty) ([]org.Tier, error) {
		return s.Tiers(ctx, by)
	})
	get(k, "find-units", "/units", "Search units", func(ctx context.Context, by auth.Actor, in *search) (org.Found[org.Unit], error) {
		f, err := in.find()
		if err != nil {
			return org.Found[org.Unit]{}, err
		}
		return s.FindUnits(ctx, by, f)
	})
	get(k, "list-top-units", "/units/top", "The units at the top", func(ctx context.Context, by auth.Actor, _ *empty) ([]org.Unit, error) {
		return s.Tree(ctx, by, "", 0)
	})
	get(k, "get-unit", "/units/{id}", "A unit with its offices, duty and history", func(ctx context.Context, by auth.Actor, in *one) (org.UnitView, error) {
		at, err := in.at()
		if err != nil {
			return org.UnitView{}, err
		}
		return s.Unit(ctx, by, in.ID, at)
	})
	get(k, "list-parts", "/units/{id}/parts", "The units directly below a unit", func(ctx context.Context, by auth.Actor, in *one) ([]org.Unit, error) {
		at, err := in.at()
		if err != nil {
			return nil, err
		}
		return s.Tree(ctx, by, in.ID, at)
	})
	get(k, "find-offices", "/offices", "Search offices", func(ctx context.Context, by auth.Actor, in *search) (org.Found[org.Office], error) {
		f, err := in.find()
		if err != nil {
			return org.Found[org.Office]{}, err
		}
		return s.FindOffices(ctx, by, f)
	})
	get(k, "get-office", "/offices/{id}", "An office with its posts and holders", func(ctx context.Context, by auth.Actor, in *one) (org.OfficeView, error) {
		at, err := in.at()
		if err != nil {
			return org.OfficeView{}, err
		}
		return s.Office(ctx, by, in.ID, at)
	})
	resolve(k, s)
}

type resolveInput struct {
	Body struct {
		UnitPath string   `json:"unit_path" doc:"Territory in which the phrases are read"`
		Phrases  []string `json:"phrases" maxItems:"500"`
	}
}

// resolve reads although it is a POST: phrases are too long for an address.
func resolve(k *api.Kit, s *org.Service) {
	op := api.Op{ID: "resolve-addressees", Method: http.MethodPost, Path: "/offices/resolve", Right: auth.OrgRead, Tag: tag,
		Summary: "Turn addressee phrases (\"UBND các phường\") into offices"}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *resolveInput) (*result[[]org.Match], error) {
		matches, err := s.Resolve(ctx, by, in.Body.UnitPath, in.Body.Phrases)
		return &result[[]org.Match]{matches}, err
	})
}

func writeUnits(k *api.Kit, s *org.Service) {
	add(k, "add-unit", "/units", auth.OrgManage, "Found a unit", s.AddUnit)
	change(k, "rename-unit", "/units/{id}/rename", auth.OrgManage, "Rename a unit",
		func(in *org.RenameUnitInput, id string) { in.ID = id }, s.RenameUnit)
	change(k, "end-unit", "/units/{id}/end", auth.OrgManage, "End a unit, with its successors",
		func(in *org.EndUnitInput, id string) { in.ID = id }, s.EndUnit)
	add(k, "add-office", "/offices", auth.OrgManage, "Found an office", s.AddOffice)
	change(k, "rename-office", "/offices/{id}/rename", auth.OrgManage, "Change an office's names and superior",
		func(in *org.RenameOfficeInput, id string) { in.ID = id }, s.RenameOffice)
	change(k, "end-office", "/offices/{id}/end", auth.OrgManage, "End an office, with its successor",
		func(in *org.EndOfficeInput, id string) { in.ID = id }, s.EndOffice)
	importUnits(k, s)
}

// listLimit bounds a national list as sent.
const listLimit = 16 << 20

type importInput struct {
	Date    string `query:"date" required:"true" doc:"Moment from which the list holds, RFC 3339"`
	Decree  string `query:"decree"`
	Partial bool   `query:"partial" doc:"The list names some units only: nothing ends"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func importUnits(k *api.Kit, s *org.Service) {
	op := api.Op{ID: "import-units", Method: http.MethodPost, Path: "/units/import", Right: auth.OrgManage, Tag: tag,
		Summary: "Bring the units to a national list (CSV or JSON, also gzip)", Body: listLimit}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *importInput) (*result[org.ImportResult], error) {
		at, err := api.Moment(in.Date)
		if err != nil {
			return nil, err
		}
		list, err := org.ReadUnitList(bytes.NewReader(in.RawBody))
		if err != nil {
			return nil, err
		}
		done, err := s.Import(ctx, by, org.ImportInput{List: list, Date: at, Decree: in.Decree, Partial: in.Partial})
		return &result[org.ImportResult]{done}, err
	})
}
