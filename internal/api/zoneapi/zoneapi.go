// Package zoneapi is the API of zoning: areas, criteria, rounds and plans,
// decisions, and what holds where and when. Every operation calls one function
// of package zoning; rights in a unit, versions and repeats are decided there.
// What holds is told to anybody under /public, without a session.
package zoneapi

import (
	"context"

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

// get adds an operation that reads.
func get[In, Out any](k *api.Kit, id, path, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	open(k, auth.ZoneRead, id, path, summary, do)
}

func open[In, Out any](k *api.Kit, right auth.Right, id, path, summary string, do func(context.Context, auth.Actor, *In) (Out, error)) {
	api.Read(k, api.Op{ID: id, Path: path, Right: right, Tag: tag, Summary: summary}, do)
}

// on adds an operation on what the path names; name puts its id into the input.
func on[In, Out any](k *api.Kit, right auth.Right, id, path, summary string, name func(*In, string),
	do func(context.Context, auth.Actor, In) (Out, error)) {
	api.On(k, api.Op{ID: id, Path: path, Right: right, Tag: tag, Summary: summary}, name, do)
}

// add adds an operation that makes something.
func add[In, Out any](k *api.Kit, right auth.Right, id, path, summary string, do func(context.Context, auth.Actor, In) (Out, error)) {
	api.Make(k, api.Op{ID: id, Path: path, Right: right, Tag: tag, Summary: summary}, do)
}
