package directive

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/officialdoc"
	"phaodai/internal/org"
)

//go:embed proof.yaml
var proofYAML []byte

type proofRule struct {
	Words []string `yaml:"words"`
	Proof []string `yaml:"proof"`
}

var proofRules = sync.OnceValue(func() []proofRule {
	var rules []proofRule
	mustYAML("proof.yaml", proofYAML, &rules)
	return rules
})

// proofFor is the proof that a task asks for by its words.
func proofFor(text string) []string {
	folded := " " + strings.Join(fold.Words(text), " ") + " "
	for _, r := range proofRules() {
		for _, w := range r.Words {
			if strings.Contains(folded, " "+w+" ") {
				return r.Proof
			}
		}
	}
	return []string{}
}

// keepProposals stores the tasks that were read, in place of those of an
// earlier reading that no person has decided.
func (s *Service) keepProposals(tx *db.Tx, by auth.Actor, d documentRow, found *officialdoc.Document, clauses []Clause) error {
	_, err := tx.Exec(`DELETE FROM proposal_office WHERE proposal IN
		(SELECT id FROM proposal WHERE document = $1 AND state = 'proposed')`, d.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM proposal WHERE document = $1 AND state = 'proposed'", d.ID); err != nil {
		return err
	}
	if len(found.Tasks) == 0 {
		return nil
	}
	resolver, err := org.NewResolver(tx, d.UnitPath, by.Now)
	if err != nil {
		return err
	}
	line := first(found.Metadata.System, d.System, d.Line)
	for i, t := range found.Tasks {
		p := proposalOf(t, d.ID, int64(i+1), line)
		p.ID = s.ids.New()
		if t.Clause >= 0 && t.Clause < len(clauses) {
			p.Clause = clauses[t.Clause].ID
		}
		address(resolver, d.UnitPath, t, &p)
		if err := insertProposal(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// proposalOf turns a task that was read into a proposal without offices.
func proposalOf(t officialdoc.Task, document string, n int64, line string) Proposal {
	p := Proposal{
		Document: document, Item: t.Item, N: n, Title: titleOf(t.Text), Text: t.Text,
		Start: int64(t.Span[0]), End: int64(t.Span[1]), Topic: t.Topic, Line: line, Why: t.Why,
		Offices: []string{}, Coordinating: []string{}, Phrases: []Phrase{}, Targets: []Target{},
		Proof: proofFor(t.Text), State: Proposed, Version: 1,
	}
	for _, dl := range t.Deadlines {
		setDeadline(&p, dl)
	}
	for _, c := range t.Cadence {
		if p.Cadence.None() {
			p.Cadence = cadenceOf(c, t)
		}
	}
	for _, g := range t.Targets {
		p.Targets = append(p.Targets, Target{Text: g.Text, Value: g.Value, Unit: g.Unit, Op: g.Op})
	}
	return p
}

func setDeadline(p *Proposal, d officialdoc.Deadline) {
	if d.At.IsZero() {
		return
	}
	at := instant.Of(d.At)
	for kind, field := range map[officialdoc.DeadlineKind]*instant.Micros{
		officialdoc.By: &p.By, officialdoc.From: &p.From, officialdoc.Until: &p.Until,
	} {
		if d.Kind == kind && *field == 0 {
			*field = at
		}
	}
}

func cadenceOf(c officialdoc.Cadence, t officialdoc.Task) Cadence {
	out := Cadence{EveryMinDays: c.EveryDaysMin, EveryMaxDays: c.EveryDaysMax, Text: c.Text}
	out.Continuous = c.EveryDaysMin == 0 && c.EveryDaysMax == 0 && c.MinTimes == nil
	if c.MinTimes != nil {
		out.MinTimes = *c.MinTimes
	}
	out.AtTime = timeOfDay(c.Text)
	if out.AtTime == "" && out.EveryMaxDays > 0 {
		out.AtTime = timeOfDay(t.Text)
	}
	return out
}

var (
	dailyTime = regexp.MustCompile(`(?i)trước\s+(\d{1,2})\s*(?:h|giờ|:)\s*(\d{2})?(?:\s*(?:phút|'))?\s*(?:hằng|hàng|mỗi)\s+ngày`)
	bareTime  = regexp.MustCompile(`(?i)(?:^|\s)(\d{1,2})\s*(?:h|giờ|:)\s*(\d{2})?`)
)

// timeOfDay reads "trước 17h hàng ngày" as "17:00".
func timeOfDay(text string) string {
	m := dailyTime.FindStringSubmatch(fold.NFC(text))
	if m == nil && len(text) < 60 {
		m = bareTime.FindStringSubmatch(fold.NFC(text))
	}
	if m == nil || len(m[1]) > 2 || m[1] > "24" && len(m[1]) == 2 {
		return ""
	}
	hour, minute := m[1], m[2]
	if len(hour) == 1 {
		hour = "0" + hour
	}
	if minute == "" {
		minute = "00"
	}
	if hour >= "24" || minute >= "60" {
		return ""
	}
	return hour + ":" + minute
}

// address resolves the words that name organs. Where nobody of the first
// addressees belongs here ("Ban cán sự đảng … chỉ đạo UBND các quận"), those
// through whom the order goes are responsible. Of "các Sở, UBND các quận" those
// of this territory are; a body above it only where nobody else is named.
func address(r *org.Resolver, unitPath string, t officialdoc.Task, p *Proposal) {
	responsible := resolveAll(r, "responsible", t.Responsible, p)
	via := resolveAll(r, "via", t.Via, p)
	coordinating := resolveAll(r, "coordinating", t.Coordinating, p)
	p.Coordinating = ids(coordinating)
	for _, list := range [][]org.Office{within(responsible, unitPath), within(via, unitPath), responsible, via} {
		if p.Offices = ids(list); len(list) > 0 {
			return
		}
	}
}

func within(offices []org.Office, unitPath string) (out []org.Office) {
	for _, o := range offices {
		if strings.HasPrefix(o.UnitPath, unitPath) {
			out = append(out, o)
		}
	}
	return out
}

func ids(offices []org.Office) []string {
	out := []string{}
	for _, o := range offices {
		out = append(out, o.ID)
	}
	return out
}

// resolveAll finds the offices that texts name, each once.
func resolveAll(r *org.Resolver, role string, texts []string, p *Proposal) (out []org.Office) {
	seen := map[string]bool{}
	for _, text := range texts {
		m := r.Resolve(text)
		p.Phrases = append(p.Phrases, phraseOf(m, role, text))
		for _, o := range m.Offices {
			if !seen[o.ID] {
				seen[o.ID] = true
				out = append(out, o)
			}
		}
	}
	return out
}

func phraseOf(m org.Match, role, text string) Phrase {
	ph := Phrase{Text: text, Role: role, Offices: []string{}}
	for _, o := range m.Offices {
		ph.Offices = append(ph.Offices, o.ID)
	}
	for _, part := range m.Parts {
		ph.How = string(part.How)
		if len(part.Offices) == 0 && len(part.Ended) > 0 {
			ph.Problem, ph.Successor = "proposal.office_ended", part.Ended[0].Successor
		}
	}
	if len(ph.Offices) == 0 && ph.Problem == "" {
		ph.Problem = "proposal.office_unknown"
	}
	return ph
}

// maxTitle is how many letters a title may have.
const maxTitle = 90

// mark is the numbering or bullet before a sentence.
var mark = regexp.MustCompile(`^(?:[-–+•*]\s*|\(?(?:\d{1,2}|[IVX]{1,5}|[a-zđ])(?:\.\d{1,2})*[.)]\s+|\d{1,2}(?:\.\d{1,2})+\s+)+`)

// titleOf shortens a task to one line that ends at a word.
func titleOf(text string) string {
	s := strings.Join(strings.Fields(mark.ReplaceAllString(strings.TrimSpace(text), "")), " ")
	s = strings.TrimRight(s, " .;,")
	r := []rune(s)
	if len(r) <= maxTitle {
		return s
	}
	cut := string(r[:maxTitle])
	if i := strings.LastIndexByte(cut, ' '); i > maxTitle/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " .;,") + " …"
}
