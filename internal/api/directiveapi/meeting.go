package directiveapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/directive"
)

// ItemInput is the result of an agenda item.
type ItemInput struct {
	ID
	N    int64 `path:"n"`
	Body directive.DecideInput
}

// CancelInput cancels a meeting.
type CancelInput struct {
	Key     string `json:"key,omitempty"`
	Version int64  `json:"version,omitempty"`
	Reason  string `json:"reason"`
}

func (d Deps) meetings(k *api.Kit) {
	s := d.Documents
	get(k, "list-meetings", "/meetings", auth.DocumentRead, "Meetings of one's office and those one is invited to",
		func(ctx context.Context, by auth.Actor, in *FilterInput) (directive.Page[directive.Meeting], error) {
			return s.Meetings(ctx, by, in.filter())
		})
	get(k, "get-meeting", "/meetings/{id}", auth.DocumentRead, "A meeting with attendance and agenda",
		func(ctx context.Context, by auth.Actor, in *ID) (directive.Meeting, error) {
			return s.Meeting(ctx, by, in.ID)
		})
	post(k, "plan-meeting", "/meetings", auth.MeetingManage, "Plan a meeting",
		func(ctx context.Context, by auth.Actor, in *Body[directive.PlanInput]) (directive.Meeting, error) {
			in.Body.ID = ""
			return s.PlanMeeting(ctx, by, in.Body)
		})
	post(k, "change-meeting", "/meetings/{id}", auth.MeetingManage, "Change the plan of a meeting",
		func(ctx context.Context, by auth.Actor, in *Put[directive.PlanInput]) (directive.Meeting, error) {
			in.Body.ID = in.ID
			return s.PlanMeeting(ctx, by, in.Body)
		})
	post(k, "hold-meeting", "/meetings/{id}/hold", auth.MeetingManage, "Record that it was held and who came",
		func(ctx context.Context, by auth.Actor, in *Put[directive.HoldInput]) (directive.Meeting, error) {
			in.Body.ID = in.ID
			return s.HoldMeeting(ctx, by, in.Body)
		})
	post(k, "decide-item", "/meetings/{id}/items/{n}/decide", auth.MeetingManage, "Record the result of an agenda item and its votes",
		func(ctx context.Context, by auth.Actor, in *ItemInput) (directive.Meeting, error) {
			in.Body.Meeting, in.Body.N = in.ID.ID, in.N
			return s.DecideItem(ctx, by, in.Body)
		})
	large(k, "conclude-meeting", "/meetings/{id}/conclude", auth.MeetingManage, "Write the conclusion as a document",
		func(ctx context.Context, by auth.Actor, in *Put[directive.ConcludeInput]) (directive.Document, error) {
			in.Body.Meeting = in.ID
			return s.Conclude(ctx, by, in.Body)
		})
	post(k, "cancel-meeting", "/meetings/{id}/cancel", auth.MeetingManage, "Cancel a planned meeting",
		func(ctx context.Context, by auth.Actor, in *Put[CancelInput]) (directive.Meeting, error) {
			return s.CancelMeeting(ctx, by, in.Body.Key, in.ID, in.Body.Version, in.Body.Reason)
		})
}
