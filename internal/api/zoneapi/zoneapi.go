// Package zoneapi is the API of zoning: areas, criteria, rounds and plans,
// decisions, and what holds where and when. Every operation calls one function
// of package zoning; rights in a unit, versions and repeats are decided there.
// What holds is told to anybody under /public, without a session.
package zoneapi

import (
	"context"
	"net/http"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/zoning"
)

// Operations adds the API of zoning. now is the world clock.
func Operations(s *zoning.Service, now func() instant.Micros) api.Area {
	return func(k *api.Kit) {
		holds(k, s)
		public(k, s, now)
		areas(k, s)
		criteria(k, s)
		plans(k, s)
		blocked(k, s)
	}
}

const tag = "zoning"

// result is the body of an answer.
type result[T any] struct{ Body T }

// get adds an operation that reads.
func get[In, Out any](k *api.Kit, id, path, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	open(k, auth.ZoneRead, id, path, summary, do)
}

func open[In, Out any](k *api.Kit, right auth.Right, id, path, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	op := api.Op{ID: id, Method: http.MethodGet, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *In) (*result[Out], error) {
		out, err := do(ctx, by, in)
		return &result[Out]{out}, err
	})
}

// bodyOf is the input of a write; ID is "" where the path names nothing.
type bodyOf[T any] struct {
	ID   string `path:"id"`
	Body T
}

// on adds an operation on what the path names; name puts its id into the input.
func on[In, Out any](k *api.Kit, right auth.Right, id, path, summary string, name func(*In, string),
	do func(context.Context, auth.Actor, In) (Out, error)) {
	op := api.Op{ID: id, Method: http.MethodPost, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *bodyOf[In]) (*result[Out], error) {
		name(&in.Body, in.ID)
		out, err := do(ctx, by, in.Body)
		return &result[Out]{out}, err
	})
}

// body is the input of a write that makes something.
type body[T any] struct{ Body T }

// add adds an operation that makes something.
func add[In, Out any](k *api.Kit, right auth.Right, id, path, summary string, do func(context.Context, auth.Actor, In) (Out, error)) {
	op := api.Op{ID: id, Method: http.MethodPost, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *body[In]) (*result[Out], error) {
		out, err := do(ctx, by, in.Body)
		return &result[Out]{out}, err
	})
}
