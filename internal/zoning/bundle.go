package zoning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/measure"
	"phaodai/internal/org"
)

// OwnBundle is one version of a bundle that a locality made. Versions stay: a
// scheme, a plan and a decision name the version that was chosen, and a newer
// one changes none of them.
type OwnBundle struct {
	Code     string          `db:"code" json:"code"`
	Version  int64           `db:"version" json:"version"`
	Seq      int64           `db:"seq" json:"-"`
	UnitPath string          `db:"unit_path" json:"unit_path"`
	Content  string          `db:"content" json:"-"`
	Reason   string          `db:"reason" json:"reason"`
	MadeBy   string          `db:"made_by" json:"made_by"`
	MadeAt   instant.Micros  `db:"made_at" json:"made_at"`
	Bundle   *measure.Bundle `db:"-" json:"bundle"`
}

const bundleColumns = "code, version, seq, unit_path, content, reason, made_by, made_at"

func (o *OwnBundle) open() error {
	var b measure.Bundle
	if err := json.Unmarshal([]byte(o.Content), &b); err != nil {
		return fmt.Errorf("zoning: bundle %s version %d: %w", o.Code, o.Version, err)
	}
	b.ID, b.Version = o.Code, int(o.Version)
	o.Bundle = Library().Complete(b)
	return nil
}

// own are the bundles of localities that a board knows, by their Ref.
type own map[string]*OwnBundle

// takeBundles adds versions; the lock of the board is held. A map that was
// handed out is not changed.
func (b *Board) takeBundles(fresh []OwnBundle) error {
	if len(fresh) == 0 {
		return nil
	}
	all := own{}
	for ref, o := range *b.own.Load() {
		all[ref] = o
	}
	for i := range fresh {
		if err := fresh[i].open(); err != nil {
			return err
		}
		all[fresh[i].Bundle.Ref()] = &fresh[i]
	}
	b.own.Store(&all)
	return nil
}

// Bundle is the version of a bundle that a Ref names, shipped or of a locality.
func (b *Board) Bundle(ref string) (*measure.Bundle, bool) {
	if ref == "" {
		return nil, false
	}
	if shipped, ok := Library().AtRef(ref); ok {
		return shipped, true
	}
	if o, ok := (*b.own.Load())[ref]; ok {
		return o.Bundle, true
	}
	return nil, false
}

// mayChoose tells whether a unit may put a bundle in force: one that is shipped,
// or of the unit itself or of one above it.
func (b *Board) mayChoose(ref, unitPath string) bool {
	if _, ok := Library().AtRef(ref); ok {
		return true
	}
	o, ok := (*b.own.Load())[ref]
	return ok && org.Within(unitPath, o.UnitPath)
}

// Bundles are what a unit may choose, the newest version of each, the shipped
// ones first.
func (b *Board) Bundles(unitPath string) (out []*measure.Bundle) {
	for i := range Library().Bundles {
		shipped := &Library().Bundles[i]
		if newest, _ := Library().Bundle(shipped.ID); newest.Version == shipped.Version {
			out = append(out, shipped)
		}
	}
	newest := map[string]*OwnBundle{}
	for _, o := range *b.own.Load() {
		if org.Within(unitPath, o.UnitPath) && (newest[o.Code] == nil || newest[o.Code].Version < o.Version) {
			newest[o.Code] = o
		}
	}
	var added []*measure.Bundle
	for _, o := range newest {
		added = append(added, o.Bundle)
	}
	slices.SortFunc(added, func(x, y *measure.Bundle) int { return cmp.Compare(x.ID, y.ID) })
	return append(out, added...)
}

// needsAdditions tells whether a bundle is nothing without what the locality
// adds to it: 15+.
func (b *Board) needsAdditions(ref string) bool {
	bundle, ok := b.Bundle(ref)
	return ok && bundle.NeedsAdditions
}

// BundleView is a version of a locality's bundle with its history.
type BundleView struct {
	Own      OwnBundle   `json:"own"`
	Versions []OwnBundle `json:"versions"` // all, the newest first
	MayEdit  bool        `json:"may_edit"`
}

// Bundle returns a version of a locality's bundle; version 0 is the newest.
func (s *Service) Bundle(ctx context.Context, by auth.Actor, code string, version int64) (BundleView, error) {
	return read(ctx, s, by, func(tx *db.Tx) (v BundleView, err error) {
		if v.Versions, err = bundleVersions(tx, code); err != nil {
			return v, err
		}
		i := slices.IndexFunc(v.Versions, func(o OwnBundle) bool { return version == 0 || o.Version == version })
		if i < 0 || !seesBundle(by, v.Versions[i]) {
			return v, fault.New(fault.NotFound, "zone.bundle_gone")
		}
		v.Own, v.MayEdit = v.Versions[i], by.Can(auth.ZoneCriteria, v.Versions[i].UnitPath, auth.Internal)
		return v, nil
	})
}

// seesBundle tells whether an actor works with a bundle: in its unit, above it
// or below it.
func seesBundle(by auth.Actor, o OwnBundle) bool {
	return by.Can(auth.ZoneRead, o.UnitPath, auth.Internal) || org.Within(by.UnitPath, o.UnitPath)
}

// bundleVersions are all versions of a locality's bundle, the newest first.
func bundleVersions(tx *db.Tx, code string) (out []OwnBundle, err error) {
	if err := tx.Select(&out, "SELECT "+bundleColumns+" FROM zone_bundle WHERE code = $1 ORDER BY version DESC", code); err != nil {
		return nil, err
	}
	for i := range out {
		if err := out[i].open(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OwnBundles lists the newest version of each bundle that concerns the actor,
// in order of their codes.
func (s *Service) OwnBundles(ctx context.Context, by auth.Actor) ([]OwnBundle, error) {
	return read(ctx, s, by, func(tx *db.Tx) (out []OwnBundle, err error) {
		var all []OwnBundle
		err = tx.Select(&all, "SELECT "+bundleColumns+` FROM zone_bundle b
			WHERE version = (SELECT MAX(version) FROM zone_bundle x WHERE x.code = b.code) ORDER BY code`)
		for _, o := range all {
			if !seesBundle(by, o) {
				continue
			}
			if err := o.open(); err != nil {
				return nil, err
			}
			out = append(out, o)
		}
		return out, err
	})
}

// BundleInput saves a bundle: a new one, or the next version.
type BundleInput struct {
	Key     string         `json:"key,omitempty"`
	Unit    string         `json:"unit,omitempty"` // of a new one
	Version int64          `json:"version"`        // the newest that the sender saw, 0: none
	Reason  string         `json:"reason,omitempty"`
	Bundle  measure.Bundle `json:"bundle"`
}

var bundleCode = regexp.MustCompile(`^[A-Z][A-Z0-9_+]{1,23}$`)

// SaveBundle writes the next version of a bundle when nothing is wrong with it.
// What is wrong stands at its place: "measures.2.step". What equals the newest
// version makes none.
func (s *Service) SaveBundle(ctx context.Context, by auth.Actor, in BundleInput) (OwnBundle, error) {
	if err := in.check(); err != nil {
		return OwnBundle{}, err
	}
	return once(ctx, s, by, in.Key, func(tx *db.Tx) (OwnBundle, error) {
		o, same, err := s.bundleToSave(tx, by, in)
		if err != nil || same {
			return o, err
		}
		r, err := begin(tx, by, Record{What: Bundled, UnitPath: o.UnitPath, Reason: o.Reason})
		if err != nil {
			return o, err
		}
		o.Seq, o.MadeBy, o.MadeAt = r.Seq, by.Name, by.Now
		if err := tx.Insert("zone_bundle", o); err != nil {
			return o, err
		}
		return o, s.noted(tx, by, r, "zone", o.Code)
	})
}

// bundleToSave is the next version; same when it would say what the newest does.
func (s *Service) bundleToSave(tx *db.Tx, by auth.Actor, in BundleInput) (o OwnBundle, same bool, err error) {
	if err := tx.Lock("zone_bundle", in.Bundle.ID); err != nil {
		return o, false, err
	}
	there, err := bundleVersions(tx, in.Bundle.ID)
	if err != nil {
		return o, false, err
	}
	o = OwnBundle{Code: in.Bundle.ID, Version: int64(len(there)) + 1, Reason: in.Reason}
	if len(there) > 0 {
		o.UnitPath = there[0].UnitPath
	} else {
		u, err := org.UnitIn(tx, in.Unit)
		if err != nil {
			return o, false, err
		}
		o.UnitPath = u.Path
	}
	if err := by.Require(auth.ZoneCriteria, o.UnitPath, auth.Internal); err != nil {
		if len(there) > 0 && in.Version == 0 {
			err = invalid().At("code", "zone.bundle_taken", "Code", o.Code)
		}
		return o, false, err
	}
	switch {
	case len(there) > 0 && in.Version == 0:
		return o, false, invalid().At("code", "zone.bundle_taken", "Code", o.Code)
	case in.Version != int64(len(there)):
		if len(there) == 0 {
			return o, false, fault.New(fault.NotFound, "zone.bundle_gone")
		}
		return o, false, stale(there[0].MadeBy, there[0].MadeAt)
	}
	b := in.Bundle
	b.Version, b.Measures, b.TakesAdditions = 0, nil, false
	if o.Content = text(b); len(there) > 0 && there[0].Content == o.Content {
		return there[0], true, nil
	}
	return o, false, o.open()
}

// check finds what is wrong with a bundle, each at its place.
func (in *BundleInput) check() error {
	f := invalid()
	in.Reason = short(f, "reason", in.Reason, 500)
	b := &in.Bundle
	b.ID = strings.ToUpper(strings.TrimSpace(b.ID))
	if !bundleCode.MatchString(b.ID) {
		f.At("code", "zone.bundle_code")
	} else if _, shipped := Library().Bundle(b.ID); shipped {
		f.At("code", "zone.bundle_taken", "Code", b.ID)
	}
	b.Special = false // what goes before every other decision is the law's, not a locality's
	if len(b.Own) == 0 && b.Base == "" {
		f.At("measures", "zone.bundle_empty")
	}
	if len(b.Own) > mostMeasures {
		f.At("measures", "zone.bundle_long", "Limit", mostMeasures)
	}
	b.Instrument = required(f, "instrument", b.Instrument, 200)
	for _, p := range Library().CheckBundle(*Library().Complete(*b)) {
		f.At(bundleField(p), p.Key, append(slices.Clone(p.Args), "Category", p.Category)...)
	}
	if id, twice := twiceSaid(b.Own); twice > 0 {
		f.At(fmt.Sprintf("measures.%d.category", twice), "zone.bundle_twice", "Category", id)
	}
	return f.OrNil()
}

// mostMeasures bounds what a bundle says itself.
const mostMeasures = 60

// twiceSaid finds a category of which a bundle speaks a second time.
func twiceSaid(all []measure.Measure) (category string, row int) {
	for i, m := range all {
		if slices.ContainsFunc(all[:i], func(x measure.Measure) bool { return x.Category == m.Category && m.Category != "" }) {
			return m.Category, i + 1
		}
	}
	return "", 0
}

// bundleField is the place of a fault: a field of the bundle, or of one of its
// measures.
func bundleField(p measure.Fault) string {
	of := map[string]string{
		"measure.no_category": "category", "measure.no_step": "step", "measure.no_penalty": "penalty", "measure.source": "source", "measure.confidence": "confidence",
		"measure.text_vi": "text_vi", "measure.text_en": "text_en", "measure.short": "short", "measure.period": "to",
		"measure.no_base": "base", "measure.base_cycle": "base", "measure.base_deep": "base", "measure.limit_text": "text_vi",
	}[p.Key]
	if of == "" && strings.HasPrefix(p.Key, "measure.limit") {
		of = "limit"
	}
	switch {
	case p.Row > 0:
		return fmt.Sprintf("measures.%d.%s", p.Row, cmp.Or(of, "step"))
	case of == "text_vi" || of == "text_en":
		return "title" + strings.TrimPrefix(of, "text")
	}
	return cmp.Or(of, "code")
}
