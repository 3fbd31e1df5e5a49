package directivepage

import (
	"context"
	"slices"
	"strings"
	"time"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
	"phaodai/internal/web"
)

// paper is a document as lists and heads of pages show it.
type paper struct{ directive.Document }

// Issued is the printed day as a moment, for the forms of dates.
func (d paper) Issued() instant.Micros { return dayOf(d.IssuedOn) }

// Urgent tells whether it carries any urgency mark.
func (d paper) Urgent() bool { return d.Urgency != directive.Normal && d.Urgency != "" }

// Secret tells whether only the line of the book is kept.
func (d paper) Secret() bool { return d.Secrecy != directive.NoSecret && d.Secrecy != "" }

// listed is a line of a list.
type listed struct {
	directive.Listed
	Done, All int            // tasks given out from it
	SentAt    instant.Micros // when its first copy went out; on printed books only
}

// Issued is the printed day as a moment.
func (l listed) Issued() instant.Micros { return dayOf(l.IssuedOn) }

// Urgent tells whether it carries any urgency mark.
func (l listed) Urgent() bool { return paper{l.Document}.Urgent() }

// Secret tells whether only the line of the book is kept.
func (l listed) Secret() bool { return paper{l.Document}.Secret() }

// dayOf reads "2021-09-07" at noon, so that every zone shows that day.
func dayOf(s string) instant.Micros {
	t, err := time.ParseInLocation("2006-01-02", s, instant.Vietnam())
	if err != nil {
		return 0
	}
	return instant.Of(t)
}

// dayText is the day of a moment as documents keep it.
func dayText(at instant.Micros) string {
	if at.IsZero() {
		return ""
	}
	return at.In(instant.Vietnam()).Format("2006-01-02")
}

// offices are names of offices by id.
type offices map[string]org.Office

// Short is the short name, or the name.
func (o offices) Short(id string) string {
	office, ok := o[id]
	switch {
	case !ok:
		return ""
	case office.ShortName != "":
		return office.ShortName
	default:
		return office.Name
	}
}

// Names joins the short names of several.
func (o offices) Names(ids []string) string {
	var out []string
	for _, id := range ids {
		if s := o.Short(id); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// officesOf reads the offices with these ids; unknown ones are left out.
func (p *pages) officesOf(ctx context.Context, ids ...string) (offices, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := offices{}
	err := p.Store.Read(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			if id == "" {
				continue
			}
			office, err := org.OfficeIn(tx, id)
			switch fault.KindOf(err) {
			case "":
				out[id] = office
			case fault.NotFound:
			default:
				return err
			}
		}
		return nil
	})
	return out, err
}

// small are the kinds of offices that are too many to choose from one by one.
var small = map[org.Kind]bool{org.PartyCell: true, org.Group: true, org.Team: true}

// choices are the offices that the actor may give work or copies to: those of
// his territory, small ones left out.
func (p *pages) choices(ctx context.Context, by auth.Actor) ([]web.Choice, error) {
	var out []web.Choice
	err := p.Store.Read(ctx, func(tx *db.Tx) error {
		all, err := org.OfficesUnder(tx, territory(by), "", by.Now)
		if err != nil {
			return err
		}
		for _, office := range all {
			if !small[office.Kind] {
				out = append(out, web.Choice{Value: office.ID, Text: offices{office.ID: office}.Short(office.ID)})
			}
		}
		return nil
	})
	return out, err
}

// territory is the unit in whose subtree the actor's office works.
func territory(by auth.Actor) string {
	if by.UnitPath == "" {
		return org.Root
	}
	return by.UnitPath
}
