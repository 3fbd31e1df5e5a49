// Package taskapi is the JSON API of tasks and of the inbox. It only translates:
// every rule is in internal/task and internal/inbox.
package taskapi

import (
	"net/http"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/i18n"
	"phaodai/internal/inbox"
	"phaodai/internal/instant"
	"phaodai/internal/task"
)

// Deps are what the operations call.
type Deps struct {
	Store *db.DB // reads the files of proofs
	Tasks *task.Service
	Inbox *inbox.Service
	// Translate writes share texts and heads of exports.
	Translate api.Translate
	// Site is put before links of share texts: "https://phaodai.example".
	Site string
}

// Area returns the operations.
func Area(d Deps) api.Area {
	return func(k *api.Kit) {
		d.reads(k)
		d.writes(k)
		d.acts(k)
		d.files(k)
		d.inbox(k)
	}
}

// Body wraps an answer.
type Body[T any] struct{ Body T }

func body[T any](v T, err error) (*Body[T], error) {
	if err != nil {
		return nil, err
	}
	return &Body[T]{v}, nil
}

// Made are the ids of new tasks, a bundle before its children.
type Made struct {
	IDs []string `json:"ids"`
}

func made(ids []string, err error) (*Body[Made], error) {
	if ids == nil {
		ids = []string{}
	}
	return body(Made{ids}, err)
}

// Done is the answer of an operation without a result.
type Done struct {
	OK bool `json:"ok"`
}

func done(err error) (*Body[Done], error) { return body(Done{true}, err) }

// ID is the task of an operation.
type ID struct {
	ID string `path:"id" maxLength:"40"`
}

const tag = "tasks"

func get(id, path, summary string) api.Op {
	return api.Op{ID: id, Method: http.MethodGet, Path: path, Right: auth.TaskRead, Tag: tag, Summary: summary}
}

func post(id, path string, right auth.Right, summary string) api.Op {
	return api.Op{ID: id, Method: http.MethodPost, Path: path, Right: right, Tag: tag, Summary: summary}
}

// say writes a message with stored arguments; moments are written with their
// year, since nobody knows when the text is read.
func (d Deps) say(lang, key string, args map[string]any) string {
	format := i18n.NewFormat(lang, nil)
	pairs := make([]any, 0, 2*len(args))
	for name, v := range args {
		if at, ok := v.(instant.Micros); ok {
			v = format.Deadline(at, 0)
		}
		pairs = append(pairs, name, v)
	}
	return d.Translate(lang, key, pairs...)
}

// none is the input of an operation without one.
type none struct{}
