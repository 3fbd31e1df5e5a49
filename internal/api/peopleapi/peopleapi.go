// Package peopleapi is the API of the registry of residents: households,
// residents, likely twins, lists of wards. Every operation calls one function of
// package people; rights in a unit, versions, repeats and the audit of readings
// are decided there. Numbers and telephones are masked but where a resident is
// opened for a reason.
package peopleapi

import (
	"bytes"
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/people"
	"phaodai/internal/population"
)

// Operations adds the API of the registry.
func Operations(s *people.Service, engine *population.Service) api.Area {
	return func(k *api.Kit) {
		counts(k, engine)
		households(k, s)
		residents(k, s)
		twins(k, s)
		lists(k, s)
		retentions(k, s)
	}
}

// listing is a question whose answer is people.
type listing struct {
	population.Question
	Unit string `json:"unit" doc:"id of the ward"`
}

func counts(k *api.Kit, s *population.Service) {
	api.Read(k, op("list-population-values", "/population/values", auth.PeopleRead, "Values that rules about people may name"),
		func(context.Context, auth.Actor, *struct{}) ([]value, error) { return valuesOf(s), nil })
	api.Make(k, op("count-population", "/population/count", auth.PeopleRead, "For how many people of every ward and area a rule holds, and for how many it cannot be decided"), s.Count)
	api.Make(k, op("list-population", "/population/list", auth.PeopleRead, "For whom of a ward a rule holds, in walking order"),
		func(ctx context.Context, by auth.Actor, in listing) ([]population.Listed, error) {
			return s.List(ctx, by, in.Question, in.Unit)
		})
}

// value is one value that rules may name.
type value struct {
	Name string `json:"name"`
	Vi   string `json:"vi"`
	En   string `json:"en"`
}

func valuesOf(s *population.Service) (out []value) {
	for _, v := range s.Vars() {
		out = append(out, value{v.Name, v.Vi, v.En})
	}
	return out
}

func retentions(k *api.Kit, s *people.Service) {
	api.Read(k, op("list-retentions", "/retentions", auth.PeopleRead, "How long what is kept of residents who are gone"),
		func(ctx context.Context, by auth.Actor, in *under) ([]people.Retention, error) {
			return s.Retentions(ctx, by, in.Under)
		})
	api.Make(k, op("save-retention", "/retentions", auth.PeopleExport, "Decide how long what is kept; 0 days take the rule away"), s.Retain)
}

func op(id, path string, right auth.Right, summary string) api.Op {
	return api.Op{ID: id, Path: path, Right: right, Tag: "people", Summary: summary}
}

type named struct {
	ID string `path:"id" maxLength:"60"`
}

type walk struct {
	Unit  string `query:"unit" required:"true" doc:"id of the ward or commune"`
	Area  string `query:"area" doc:"one of its areas"`
	Words string `query:"q" maxLength:"100" doc:"lane, or number on the ward's list"`
	After string `query:"after" maxLength:"600" doc:"cursor of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func households(k *api.Kit, s *people.Service) {
	api.Read(k, op("list-households", "/households", auth.PeopleRead, "Households of a ward in walking order"),
		func(ctx context.Context, by auth.Actor, in *walk) (people.Listed[people.HouseholdLine], error) {
			return s.Households(ctx, by, people.Walk{Unit: in.Unit, Area: in.Area, Words: in.Words, After: in.After, Limit: in.Limit})
		})
	api.Read(k, op("get-household", "/households/{id}", auth.PeopleRead, "A household with who lives there and lived there"),
		func(ctx context.Context, by auth.Actor, in *named) (people.HouseholdView, error) {
			return s.Household(ctx, by, in.ID)
		})
	api.Make(k, op("add-household", "/households", auth.PeopleKeep, "Add a household"), s.SaveHousehold)
	api.On(k, op("change-household", "/households/{id}", auth.PeopleKeep, "Correct a household"),
		func(in *people.HouseholdInput, id string) { in.ID = id }, s.SaveHousehold)
}

type search struct {
	Text  string `query:"q" required:"true" maxLength:"100" doc:"words of the name without tones, or a whole number or telephone"`
	Under string `query:"under" required:"true" doc:"path of a unit"`
	Gone  bool   `query:"gone" doc:"also those no longer in force"`
	After string `query:"after" maxLength:"600"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func residents(k *api.Kit, s *people.Service) {
	api.Read(k, op("search-residents", "/residents", auth.PeopleRead, "Find residents"),
		func(ctx context.Context, by auth.Actor, in *search) (people.Listed[people.ResidentView], error) {
			return s.Search(ctx, by, people.Query{Text: in.Text, Under: in.Under, Gone: in.Gone, After: in.After, Limit: in.Limit})
		})
	api.Read(k, op("get-resident", "/residents/{id}", auth.PeopleRead, "A resident with where he lived"),
		func(ctx context.Context, by auth.Actor, in *named) (people.Card, error) {
			return s.Resident(ctx, by, in.ID)
		})
	api.Make(k, op("add-resident", "/residents", auth.PeopleKeep, "Add a resident to a household"), s.SaveResident)
	api.On(k, op("change-resident", "/residents/{id}", auth.PeopleKeep, "Correct a resident"),
		func(in *people.ResidentInput, id string) { in.ID = id }, s.SaveResident)
	api.On(k, op("move-resident", "/residents/{id}/move", auth.PeopleKeep, "Move a resident to another household"),
		func(in *people.MoveInput, id string) { in.ID = id }, s.Move)
	api.On(k, op("end-resident", "/residents/{id}/end", auth.PeopleKeep, "Say that a resident moved away, died, or was entered wrongly"),
		func(in *people.EndInput, id string) { in.ID = id }, s.End)
	api.On(k, op("open-resident", "/residents/{id}/open", auth.PeopleOpen, "See number, telephone and address of a resident, for a reason that the audit keeps"),
		func(in *people.OpenInput, id string) { in.ID = id }, s.Open)
	api.Read(k, op("get-foreign-papers", "/residents/{id}/papers", auth.PeopleForeign, "Residence papers of a foreigner"),
		func(ctx context.Context, by auth.Actor, in *named) (people.ForeignPapers, error) {
			return s.Foreign(ctx, by, in.ID)
		})
	api.On(k, op("save-foreign-papers", "/residents/{id}/papers", auth.PeopleForeign, "Keep the residence papers of a foreigner"),
		func(in *people.ForeignInput, id string) { in.ID = id }, s.SaveForeign)
}

type under struct {
	Under string `query:"under" required:"true" doc:"path of a unit"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func twins(k *api.Kit, s *people.Service) {
	api.Read(k, op("list-twins", "/residents/twins", auth.PeopleKeep, "Pairs that may be one person, to be decided"),
		func(ctx context.Context, by auth.Actor, in *under) ([]people.TwinView, error) {
			return s.Twins(ctx, by, in.Under, in.Limit)
		})
	api.Make(k, op("keep-apart", "/residents/twins/different", auth.PeopleKeep, "Say that two entries are two persons"), s.KeepApart)
	api.Make(k, op("merge-residents", "/residents/merge", auth.PeopleKeep, "Make one entry of two"), s.Merge)
	api.On(k, op("undo-merger", "/residents/mergers/{id}/undo", auth.PeopleKeep, "Make two entries of one again"),
		func(in *people.UndoInput, id string) { in.ID = id }, s.Undo)
}

// upload is a list as the body of a request.
type upload struct {
	Unit    string `query:"unit" required:"true" doc:"id of the ward or commune"`
	Name    string `query:"name" required:"true" maxLength:"400" doc:"name of the file"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type preview struct {
	ID   string `path:"id" maxLength:"60"`
	Rows int    `query:"rows" minimum:"0" maximum:"1000" default:"100" doc:"rows to show beside those that are wrong"`
}

type kept struct{ Body people.List }

func lists(k *api.Kit, s *people.Service) {
	send := op("send-list", "/people-lists", auth.PeopleKeep, "Send a list (XLSX or CSV) to be looked at")
	send.Method, send.Body = "POST", people.MaxList+1<<20
	api.Handle(k, send, func(ctx context.Context, by auth.Actor, in *upload) (*kept, error) {
		l, err := s.KeepList(ctx, by, in.Unit, in.Name, bytes.NewReader(in.RawBody))
		return &kept{l}, err
	})
	api.Read(k, op("list-lists", "/people-lists", auth.PeopleKeep, "The newest lists of a unit"),
		func(ctx context.Context, by auth.Actor, in *under) ([]people.List, error) {
			return s.Lists(ctx, by, in.Under)
		})
	api.Read(k, op("preview-list", "/people-lists/{id}", auth.PeopleKeep, "What a list would do, row by row"),
		func(ctx context.Context, by auth.Actor, in *preview) (people.Preview, error) {
			return s.PreviewList(ctx, by, in.ID, nil, in.Rows)
		})
	api.On(k, op("take-list", "/people-lists/{id}/take", auth.PeopleKeep, "Take in what is right in a list; a job does it"),
		func(in *people.StartInput, id string) { in.ID = id }, s.StartList)
}
