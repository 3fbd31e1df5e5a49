package zoneapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/zoning"
)

// blocked is the API of blocked areas; to block and to lift is to change what
// holds.
func blocked(k *api.Kit, s *zoning.Service) {
	get(k, "get-blocked-area", "/areas/{id}/block", "The block of an area with its gates, needs and when it may be lifted",
		func(ctx context.Context, by auth.Actor, in *named) (zoning.BlockedView, error) {
			return s.BlockedPage(ctx, by, in.ID)
		})
	on(k, auth.ZonePlan, "save-gate", "/areas/{id}/block/gates", "Add, change or close a gate of an area",
		func(in *zoning.GateInput, id string) { in.Area = id }, s.SaveGate)
	on(k, auth.ZonePlan, "add-need", "/areas/{id}/block/needs", "Enter what a blocked household needs",
		func(in *zoning.NeedInput, id string) { in.Area = id }, s.AddNeed)
	on(k, auth.ZonePlan, "close-need", "/areas/{id}/block/needs/close", "Say that a need was met, with proof, or cancel it",
		func(in *zoning.CloseNeedInput, id string) { in.Area = id }, s.CloseNeed)
	on(k, auth.ZonePlan, "save-lifting", "/areas/{id}/block/criteria", "Write when an area may be lifted",
		func(in *zoning.LiftingInput, id string) { in.Area = id }, s.SaveLifting)
}
