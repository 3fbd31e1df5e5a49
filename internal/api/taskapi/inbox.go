package taskapi

import (
	"context"
	"net/http"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/inbox"
)

// Inbox is a page of messages, each with its text in the reader's language.
type Inbox struct {
	Messages []Message `json:"messages"`
	Next     string    `json:"next,omitempty"`
	Unread   int       `json:"unread"`
}

// Message is a message with its text.
type Message struct {
	inbox.Message
	Text string `json:"text"`
}

func (d Deps) inbox(k *api.Kit) {
	op := func(id, method, path, summary string) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Right: auth.SignedIn, Tag: "inbox", Summary: summary}
	}
	api.Handle(k, op("list-inbox", http.MethodGet, "/inbox", "Messages of the post that the actor acts as, newest first"), d.messages)
	api.Handle(k, op("read-inbox", http.MethodPost, "/inbox/read", "Mark messages as read; none named: all"),
		func(ctx context.Context, by auth.Actor, in *Body[struct {
			IDs []string `json:"ids,omitempty" maxItems:"500"`
		}]) (*Body[Done], error) {
			return done(d.Inbox.Read(ctx, by, in.Body.IDs...))
		})
	api.Handle(k, op("acknowledge-message", http.MethodPost, "/inbox/{id}/acknowledge", "Đã rõ: the holder of the post knows of it"),
		func(ctx context.Context, by auth.Actor, in *ID) (*Body[Message], error) {
			m, err := d.Inbox.Acknowledge(ctx, by, in.ID)
			return body(d.text(by.Lang, m), err)
		})
}

// InboxInput narrows the list.
type InboxInput struct {
	Unread bool   `query:"unread"`
	After  string `query:"after"`
	Limit  int    `query:"limit" minimum:"0" maximum:"200"`
}

func (d Deps) messages(ctx context.Context, by auth.Actor, in *InboxInput) (*Body[Inbox], error) {
	list, err := d.Inbox.Messages(ctx, by, inbox.Filter{Unread: in.Unread, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := Inbox{Messages: []Message{}, Next: list.Next, Unread: list.Unread}
	for _, m := range list.Messages {
		out.Messages = append(out.Messages, d.text(by.Lang, m))
	}
	return body(out, nil)
}

func (d Deps) text(lang string, m inbox.Message) Message {
	return Message{Message: m, Text: d.say(lang, m.Key, m.Args)}
}
