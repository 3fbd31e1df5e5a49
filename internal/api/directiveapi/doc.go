// Package directiveapi is the JSON API of documents: books and arrivals, slips,
// review, links, drafts, numbers and meetings. It only translates: every rule,
// right and version is decided in internal/directive.
package directiveapi

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
)

// Deps are what the operations call.
type Deps struct {
	Documents *directive.Service
	Translate api.Translate // heads of exports
}

// Area returns the operations.
func Area(d Deps) api.Area {
	return func(k *api.Kit) {
		d.books(k)
		d.intake(k)
		d.lists(k)
		d.documents(k)
		d.slips(k)
		d.links(k)
		d.review(k)
		d.drafts(k)
		d.meetings(k)
	}
}

// Body wraps an answer.
type Body[T any] struct{ Body T }

// None is the input of an operation without one.
type None struct{}

// ID names the record of an operation.
type ID struct {
	ID string `path:"id" maxLength:"40"`
}

// Put is the input of a write that changes what the path names.
type Put[T any] struct {
	ID   string `path:"id" maxLength:"40"`
	Body T
}

// Done is the answer of an operation without a result.
type Done struct {
	OK bool `json:"ok"`
}

const tag = "documents"

// get adds an operation that reads.
func get[In, Out any](k *api.Kit, id, path string, right auth.Right, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	op := api.Op{ID: id, Method: http.MethodGet, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, answer(do))
}

// post adds an operation that writes.
func post[In, Out any](k *api.Kit, id, path string, right auth.Right, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	op := api.Op{ID: id, Method: http.MethodPost, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, answer(do))
}

// large adds an operation that writes and carries a file.
func large[In, Out any](k *api.Kit, id, path string, right auth.Right, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	op := api.Op{ID: id, Method: http.MethodPost, Path: path, Right: right, Tag: tag, Summary: summary, Body: maxBody}
	api.Handle(k, op, answer(do))
}

// maxBody lets a file of the largest size through also where it stands in JSON
// as base64.
const maxBody = directive.MaxUpload/3*4 + 1<<20

func answer[In, Out any](do func(context.Context, auth.Actor, *In) (Out, error)) func(context.Context, auth.Actor, *In) (*Body[Out], error) {
	return func(ctx context.Context, by auth.Actor, in *In) (*Body[Out], error) {
		out, err := do(ctx, by, in)
		if err != nil {
			return nil, err
		}
		return &Body[Out]{out}, nil
	}
}

// file adds an operation that answers with a file.
func file[In any](k *api.Kit, id, path string, right auth.Right, summary string, do func(context.Context, auth.Actor, *In) (directive.Download, error)) {
	op := api.Op{ID: id, Method: http.MethodGet, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *In) (*huma.StreamResponse, error) {
		out, err := do(ctx, by, in)
		if err != nil {
			return nil, err
		}
		return api.Stream(out.Name, out.MediaType, func(w io.Writer) error {
			defer out.Content.Close()
			_, err := io.Copy(w, out.Content)
			return err
		}), nil
	})
}
