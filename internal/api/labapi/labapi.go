// Package labapi is the API of a laboratory: its queue, results entered and
// released, codes that are in no list. Boxes are received in samplingapi. Every
// operation calls one function of package laboratory; rights, repeats and the
// audit are decided there.
package labapi

import (
	"context"
	"encoding/json"
	"time"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/fhir"
	"phaodai/internal/instant"
	"phaodai/internal/laboratory"
	"phaodai/internal/sampling"
)

// Operations adds the API of the laboratory.
func Operations(s *laboratory.Service) api.Area {
	return func(k *api.Kit) {
		work(k, s)
		enter(k, s)
		review(k, s)
		match(k, s)
	}
}

func op(id, path string, right auth.Right, summary string) api.Op {
	return api.Op{ID: id, Path: path, Right: right, Tag: "laboratory", Summary: summary}
}

type nothing struct{}

type hours struct {
	Hours int `query:"hours" minimum:"1" maximum:"168" default:"24" doc:"how far back"`
}

// since is when the hours asked for began.
func (h hours) since(by auth.Actor) instant.Micros {
	return by.Now.Add(-time.Duration(h.Hours) * time.Hour)
}

type scope struct {
	Campaign string `query:"campaign" maxLength:"60"`
	Under    string `query:"under" required:"true" doc:"path of a unit"`
}

// observations is a bundle as FHIR names it.
type observations struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func work(k *api.Kit, s *laboratory.Service) {
	api.Read(k, op("get-laboratory-queue", "/laboratory/queue", auth.LabRead, "Tubes that wait at the own laboratory, the least time left first, and boxes on their way"),
		func(ctx context.Context, by auth.Actor, _ *nothing) (laboratory.Queue, error) {
			return s.Queue(ctx, by)
		})
	api.Read(k, op("list-plates", "/laboratory/plates", auth.LabRead, "Plates of 96 wells with the tubes that wait, in their order, and controls"),
		func(ctx context.Context, by auth.Actor, _ *nothing) ([]laboratory.Plate, error) {
			return s.Plates(ctx, by)
		})
	api.Read(k, op("list-laboratory-outcomes", "/laboratory/outcomes", auth.LabRead, "Results that went out, with the single samples that they ask for"),
		func(ctx context.Context, by auth.Actor, in *hours) ([]laboratory.Outcome, error) {
			return s.Outcomes(ctx, by, in.since(by))
		})
	api.Read(k, op("get-laboratory-turnaround", "/laboratory/turnaround", auth.LabRead, "How long results took: median and 90th percentile in hours, and how many were within their limit"),
		func(ctx context.Context, by auth.Actor, in *hours) (laboratory.Turnaround, error) {
			return s.Turnaround(ctx, by, in.since(by))
		})
	api.Read(k, op("get-sampling-turnaround", "/sampling/turnaround", auth.CampaignRead, "How long results of a subtree or campaign took, how many came in time, how many are over"),
		func(ctx context.Context, by auth.Actor, in *scope) (laboratory.Turnaround, error) {
			return s.TurnaroundIn(ctx, by, sampling.Scope{Campaign: in.Campaign, Path: in.Under})
		})
	fhirOut := op("get-laboratory-observations", "/laboratory/observations", auth.LabRead, "Results that went out, as a FHIR R4 bundle")
	fhirOut.Method = "GET"
	api.Handle(k, fhirOut, func(ctx context.Context, by auth.Actor, in *hours) (*observations, error) {
		b, err := s.Observations(ctx, by, in.since(by))
		if err != nil {
			return nil, err
		}
		body, err := json.Marshal(b)
		return &observations{fhir.MediaType, body}, err
	})
}

// upload is a file of results as the body of a request.
type upload struct {
	Key     string `query:"key" maxLength:"60"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type entered struct{ Body laboratory.Entered }

func enter(k *api.Kit, s *laboratory.Service) {
	api.Make(k, op("enter-results", "/laboratory/results", auth.LabEnter, "Enter results for the second reader, all or none"), s.Enter)
	send := op("enter-results-file", "/laboratory/files", auth.LabEnter, "Enter a file of results (CSV, XLSX, FHIR R4), whole or not at all")
	send.Method, send.Body = "POST", laboratory.MaxFile+1<<20
	api.Handle(k, send, func(ctx context.Context, by auth.Actor, in *upload) (*entered, error) {
		out, err := s.EnterFile(ctx, by, in.Key, in.RawBody)
		return &entered{out}, err
	})
	api.Read(k, op("list-own-results", "/laboratory/results", auth.LabEnter, "Results that the caller entered and that wait"),
		func(ctx context.Context, by auth.Actor, _ *nothing) ([]laboratory.Entry, error) {
			return s.Mine(ctx, by)
		})
}

func review(k *api.Kit, s *laboratory.Service) {
	api.Make(k, op("read-rapid-test", "/sampling/readings", auth.SampleTake, "Give out what a rapid test shows, where it was taken"), s.Read)
	api.Read(k, op("list-reviews", "/laboratory/reviews", auth.LabRelease, "Entries that the caller may decide as second reader"),
		func(ctx context.Context, by auth.Actor, _ *nothing) ([]laboratory.Review, error) {
			return s.Reviews(ctx, by)
		})
	api.Make(k, op("release-results", "/laboratory/release", auth.LabRelease, "Give results out, of all the entries named or of none"),
		func(ctx context.Context, by auth.Actor, in laboratory.ReleaseInput) ([]sampling.Effect, error) {
			return s.Release(ctx, by, in)
		})
	api.On(k, op("send-result-back", "/laboratory/results/{id}/send-back", auth.LabRelease, "Send an entry back: its tube waits for another"), named, s.SendBack)
}

func match(k *api.Kit, s *laboratory.Service) {
	api.Read(k, op("list-unknown-codes", "/laboratory/unknown", auth.LabEnter, "Entries whose code is in no list"),
		func(ctx context.Context, by auth.Actor, _ *nothing) ([]laboratory.Entry, error) {
			return s.Unknown(ctx, by)
		})
	api.On(k, op("match-result", "/laboratory/results/{id}/match", auth.LabEnter, "Say which tube an entry belongs to"), named, s.Match)
	api.On(k, op("set-result-aside", "/laboratory/results/{id}/set-aside", auth.LabEnter, "End an entry whose code is in no list"), named, s.SetAside)
}

func named(in *laboratory.DecideInput, id string) { in.Entry = id }
