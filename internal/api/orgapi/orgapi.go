// Package orgapi is the API of the organisation: units, offices, posts,
// officers, responsibilities, committees, duty and hotlines. Every operation
// calls one function of package org; rights in a unit, versions and repeats are
// decided there.
package orgapi

import (
	"context"
	"net/http"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// Operations adds the API of the organisation.
func Operations(s *org.Service) api.Area {
	return func(k *api.Kit) {
		readUnits(k, s)
		writeUnits(k, s)
		people(k, s)
		committees(k, s)
		duty(k, s)
	}
}

const tag = "organisation"

// result is the body of an answer.
type result[T any] struct{ Body T }

// get adds an operation that reads.
func get[In, Out any](k *api.Kit, id, path, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	op := api.Op{ID: id, Method: http.MethodGet, Path: path, Right: auth.OrgRead, Tag: tag, Summary: summary}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *In) (*result[Out], error) {
		out, err := do(ctx, by, in)
		return &result[Out]{out}, err
	})
}

// body is the input of a write that makes something.
type body[T any] struct{ Body T }

// bodyOf is the input of a write that changes what the path names.
type bodyOf[T any] struct {
	ID   string `path:"id"`
	Body T
}

type writeFunc[T any] func(context.Context, auth.Actor, T) (org.Done, error)

// add adds an operation that makes something.
func add[T any](k *api.Kit, id, path string, right auth.Right, summary string, do writeFunc[T]) {
	op := api.Op{ID: id, Method: http.MethodPost, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *body[T]) (*result[org.Done], error) {
		done, err := do(ctx, by, in.Body)
		return &result[org.Done]{done}, err
	})
}

// change adds an operation on what the path names; name puts its id into the
// input.
func change[T any](k *api.Kit, id, path string, right auth.Right, summary string, name func(*T, string), do writeFunc[T]) {
	op := api.Op{ID: id, Method: http.MethodPost, Path: path, Right: right, Tag: tag, Summary: summary}
	api.Handle(k, op, func(ctx context.Context, by auth.Actor, in *bodyOf[T]) (*result[org.Done], error) {
		name(&in.Body, in.ID)
		done, err := do(ctx, by, in.Body)
		return &result[org.Done]{done}, err
	})
}

// one names a record, perhaps at a moment.
type one struct {
	ID string `path:"id"`
	At string `query:"at" doc:"Moment of the world, RFC 3339; now when left out"`
}

func (o one) at() (instant.Micros, error) { return api.Moment(o.At) }

// search is the query of a list.
type search struct {
	Words string `query:"q" doc:"Words without tones, each the beginning of a word"`
	Under string `query:"under" doc:"Path of a unit: only what lies in its subtree"`
	Tier  string `query:"tier"`
	Kind  string `query:"kind"`
	At    string `query:"at" doc:"Moment of the world, RFC 3339; now when left out"`
	After string `query:"after" doc:"Cursor of the last page"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}

func (q search) find() (org.Find, error) {
	at, err := api.Moment(q.At)
	return org.Find{Words: q.Words, Under: q.Under, Tier: q.Tier, Kind: org.Kind(q.Kind), At: at, After: q.After, Limit: q.Limit}, err
}
