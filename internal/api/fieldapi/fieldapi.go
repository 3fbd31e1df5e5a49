// Package fieldapi is the API of field work on the side of the ward: parts and
// codes, phones, the round of the day and what it asks, printed lists, arrivals,
// and foreigners for the police. Every operation calls one function of package
// fieldwork or sampling; rights in a unit, repeats and the audit are decided
// there. What phones send has an edge of its own (internal/field).
package fieldapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/fieldwork"
	"phaodai/internal/sampling"
)

// Operations adds the API of field work.
func Operations(f *fieldwork.Service, s *sampling.Service) api.Area {
	return func(k *api.Kit) {
		phones(k, f)
		round(k, f)
		papers(k, f)
		arrivals(k, f, s)
	}
}

func op(id, path string, right auth.Right, summary string) api.Op {
	return api.Op{ID: id, Path: path, Right: right, Tag: "field", Summary: summary}
}

type cut struct {
	Under string `query:"under" required:"true" doc:"path of a ward"`
	Size  int    `query:"size" minimum:"20" maximum:"70" default:"45" doc:"households for each part"`
}

type under struct {
	Under string `query:"under" required:"true" doc:"path of a ward"`
}

type named struct {
	ID string `path:"id" maxLength:"60"`
}

// nothing is a body without fields.
type nothing struct {
	ID string `json:"-"`
}

func name(in *nothing, id string) { in.ID = id }

func phones(k *api.Kit, f *fieldwork.Service) {
	api.Read(k, op("list-field-parts", "/field/parts", auth.FieldManage, "Every area of a ward in even parts, in walking order, with what is out today"),
		func(ctx context.Context, by auth.Actor, in *cut) ([]fieldwork.Share, error) {
			return f.Shares(ctx, by, in.Under, in.Size)
		})
	api.Make(k, op("give-field-duty", "/field/duties", auth.FieldManage, "Make a code that lets one phone take a duty, once, today"), f.Give)
	api.Read(k, op("list-field-phones", "/field/phones", auth.FieldManage, "Phones of a ward, the newest first"),
		func(ctx context.Context, by auth.Actor, in *under) ([]fieldwork.PhoneView, error) {
			return f.Phones(ctx, by, in.Under)
		})
	api.On(k, op("stop-field-phone", "/field/phones/{id}/stop", auth.FieldManage, "Stop a phone: at its next contact it wipes itself"), name,
		func(ctx context.Context, by auth.Actor, in nothing) (fieldwork.Phone, error) {
			return f.Stop(ctx, by, in.ID)
		})
}

type since struct {
	Under string `query:"under" required:"true" doc:"path of a ward"`
	Since string `query:"since" required:"true" doc:"RFC 3339"`
}

func round(k *api.Kit, f *fieldwork.Service) {
	api.Read(k, op("get-field-round", "/field/round", auth.FieldManage, "How far the visits are, who is ill or needs help, what could not be taken"),
		func(ctx context.Context, by auth.Actor, in *since) (fieldwork.Round, error) {
			at, err := api.Moment(in.Since)
			if err != nil {
				return fieldwork.Round{}, err
			}
			return f.Round(ctx, by, in.Under, at)
		})
	api.On(k, op("settle-visit", "/field/visits/{id}/settle", auth.FieldManage, "Say what was done for a household"),
		func(in *fieldwork.SettleInput, id string) { in.Visit = id }, f.Settle)
	api.On(k, op("see-rejected-record", "/field/rejected/{id}/seen", auth.FieldManage, "Say that the team was asked again"), name,
		func(ctx context.Context, by auth.Actor, in nothing) (seen, error) {
			return seen(in), f.SeeRejected(ctx, by, in.ID)
		})
}

type seen struct {
	ID string `json:"id"`
}

func papers(k *api.Kit, f *fieldwork.Service) {
	api.Read(k, op("list-field-papers", "/field/papers", auth.FieldManage, "Printed lists of a ward, the newest first"),
		func(ctx context.Context, by auth.Actor, in *under) ([]fieldwork.PaperList, error) {
			return f.Papers(ctx, by, in.Under)
		})
	api.Make(k, op("make-field-paper", "/field/papers", auth.FieldManage, "Make a printed list of parts"), f.GivePaper)
	api.Read(k, op("get-field-paper", "/field/papers/{id}", auth.FieldManage, "A printed list with its households and what was entered"),
		func(ctx context.Context, by auth.Actor, in *named) (fieldwork.PaperList, error) {
			return f.Paper(ctx, by, in.ID)
		})
	api.On(k, op("enter-field-paper", "/field/papers/{id}/enter", auth.FieldManage, "Enter what another wrote on a printed list; both names are kept"),
		func(in *fieldwork.PaperInput, id string) { in.Pass = id }, f.EnterPaper)
	api.On(k, op("drop-field-row", "/field/papers/{id}/drop", auth.FieldManage, "Take back a row that was entered by mistake"),
		func(in *fieldwork.DropInput, id string) { in.Pass = id }, f.DropPaper)
}

func arrivals(k *api.Kit, f *fieldwork.Service, s *sampling.Service) {
	api.On(k, op("enter-arrival", "/field/arrivals/{id}/enter", auth.PeopleKeep, "Enter a newcomer into a household of the registry"),
		func(in *fieldwork.EnterInput, id string) { in.Newcomer = id }, f.EnterArrival)
	api.Read(k, op("list-foreigners", "/field/foreigners", auth.PeopleForeign, "Foreigners of whom teams told, with their papers"),
		func(ctx context.Context, by auth.Actor, in *under) ([]sampling.Foreigner, error) {
			return s.Foreigners(ctx, by, in.Under)
		})
	api.On(k, op("note-foreigner", "/field/foreigners/{id}/note", auth.PeopleForeign, "Say that the police took note"),
		func(in *sampling.NoteInput, id string) { in.Newcomer = id }, s.NoteForeigner)
}
