package zoneapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/instant"
	"phaodai/internal/zoning"
)

// when names an area, a moment, and as known when.
type when struct {
	ID    string `path:"id" doc:"Id of the area, or the code on its wall"`
	At    string `query:"at" doc:"Moment of the world, RFC 3339; now when left out"`
	Known string `query:"known_at" doc:"As it was known at this moment; now when left out"`
}

func (w when) asked() (q zoning.Asked, err error) {
	q.Area = w.ID
	if q.At, err = api.Moment(w.At); err != nil {
		return q, err
	}
	q.Known, err = api.Moment(w.Known)
	return q, err
}

// there is a subtree at a moment.
type there struct {
	Under string `query:"under" doc:"Path of a unit; everything when left out"`
	Layer string `query:"layer" doc:"epi_risk, city_zone, district_area or blocked" default:"district_area"`
	At    string `query:"at" doc:"Moment of the world, RFC 3339; now when left out"`
}

func (t there) path() string {
	if t.Under == "" {
		return "/"
	}
	return t.Under
}

func holds(k *api.Kit, s *zoning.Service) {
	get(k, "zone-at", "/areas/{id}/zone", "What holds in an area at a moment, as known at another: class of each layer, measures, documents",
		func(ctx context.Context, by auth.Actor, in *when) (zoning.Look, error) {
			q, err := in.asked()
			if err != nil {
				return zoning.Look{}, err
			}
			return s.Look(ctx, by, q)
		})
	get(k, "area-history", "/areas/{id}/history", "An area with everything that held and will hold in it",
		func(ctx context.Context, by auth.Actor, in *when) (zoning.AreaView, error) {
			q, err := in.asked()
			if err != nil {
				return zoning.AreaView{}, err
			}
			return s.AreaPage(ctx, by, q)
		})
	get(k, "zones-at", "/zones", "All areas of a subtree with their class on a layer at a moment",
		func(ctx context.Context, by auth.Actor, in *there) ([]zoning.Listed, error) {
			at, err := api.Moment(in.At)
			if err != nil {
				return nil, err
			}
			return s.ListAt(ctx, by, in.path(), zoning.Layer(in.Layer), at)
		})
	get(k, "readiness", "/units/{id}/switch", "What changes in a unit at a moment (the next, when left out), with the words for each channel",
		func(ctx context.Context, by auth.Actor, in *when) (zoning.Readiness, error) {
			at, err := api.Moment(in.At)
			if err != nil {
				return zoning.Readiness{}, err
			}
			return s.Readiness(ctx, by, in.ID, at)
		})
	add(k, auth.ZoneDecide, "change-zone", "/zones/changes", "Decide at once for some areas: an emergency, a decision from above, a lifting, a correction", s.Change)
	add(k, auth.ZoneRule, "rule-zone", "/zones/rulings", "Rule which of two layers goes before where both claim the same hours", s.Rule)
}

func public(k *api.Kit, s *zoning.Service, now func() instant.Micros) {
	open(k, auth.Anyone, "public-zone-at", "/public/areas/{id}/zone", "What holds in an area, for anybody: nothing of a document that is not public",
		func(ctx context.Context, _ auth.Actor, in *when) (zoning.Look, error) {
			q, err := in.asked()
			if err != nil {
				return zoning.Look{}, err
			}
			return s.Public(ctx, now(), q)
		})
}
