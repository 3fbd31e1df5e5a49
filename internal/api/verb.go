package api

import (
	"context"
	"net/http"

	"phaodai/internal/auth"
)

// result is the body of an answer.
type result[T any] struct{ Body T }

// Read adds an operation that reads: its input comes from the address.
func Read[In, Out any](k *Kit, op Op, do func(context.Context, auth.Actor, *In) (Out, error)) {
	op.Method = http.MethodGet
	Handle(k, op, func(ctx context.Context, by auth.Actor, in *In) (*result[Out], error) {
		out, err := do(ctx, by, in)
		return &result[Out]{out}, err
	})
}

type made[T any] struct{ Body T }

// Make adds an operation that makes something of its body.
func Make[In, Out any](k *Kit, op Op, do func(context.Context, auth.Actor, In) (Out, error)) {
	op.Method = http.MethodPost
	Handle(k, op, func(ctx context.Context, by auth.Actor, in *made[In]) (*result[Out], error) {
		out, err := do(ctx, by, in.Body)
		return &result[Out]{out}, err
	})
}

type named[T any] struct {
	ID   string `path:"id" maxLength:"60"`
	Body T
}

// On adds an operation on what {id} of the path names; name puts the id into the
// input.
func On[In, Out any](k *Kit, op Op, name func(*In, string), do func(context.Context, auth.Actor, In) (Out, error)) {
	op.Method = http.MethodPost
	Handle(k, op, func(ctx context.Context, by auth.Actor, in *named[In]) (*result[Out], error) {
		name(&in.Body, in.ID)
		out, err := do(ctx, by, in.Body)
		return &result[Out]{out}, err
	})
}
