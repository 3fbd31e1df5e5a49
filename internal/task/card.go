package task

import (
	"slices"

	"phaodai/internal/db"
	"phaodai/internal/directive"
	"phaodai/internal/fault"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// dealer makes cards and remembers names while it does.
type dealer struct {
	tx      *db.Tx
	sc      *scope
	now     instant.Micros
	offices map[string]org.Office
	posts   map[string]string
	units   map[string]string
	symbols map[string]string
}

func newDealer(tx *db.Tx, sc *scope) *dealer {
	return &dealer{
		tx: tx, sc: sc, now: sc.by.Now,
		offices: map[string]org.Office{}, posts: map[string]string{}, units: map[string]string{}, symbols: map[string]string{},
	}
}

// deal makes the cards of tasks, in their order.
func (d *dealer) deal(tasks []record) ([]Card, error) {
	others, err := d.others(tasks)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range tasks {
		ids = append(ids, r.Office, r.FromOffice)
		for _, o := range others[r.ID] {
			ids = append(ids, o.Office, o.FromOffice)
		}
	}
	if err := d.learn(unique(ids)); err != nil {
		return nil, err
	}
	out := make([]Card, 0, len(tasks))
	for _, r := range tasks {
		c, err := d.card(r, others[r.ID])
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// others are the orders merged into tasks.
func (d *dealer) others(tasks []record) (map[string][]record, error) {
	out := map[string][]record{}
	for part := range slices.Chunk(tasks, 200) {
		ids := make([]string, len(part))
		for i, r := range part {
			ids[i] = r.ID
		}
		marks, args := marks(1, ids)
		found, err := find(d.tx, "t.merged_into IN ("+marks+") ORDER BY t.id", args...)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			out[r.MergedInto] = append(out[r.MergedInto], r)
		}
	}
	return out, nil
}

func (d *dealer) learn(ids []string) error {
	var missing []string
	for _, id := range ids {
		if _, ok := d.offices[id]; !ok {
			missing = append(missing, id)
		}
	}
	found, err := org.OfficesIn(d.tx, missing...)
	for _, o := range found {
		d.offices[o.ID] = o
	}
	return err
}

func (d *dealer) card(r record, others []record) (Card, error) {
	c := Card{Task: r.Task, OfficeName: name(d.offices[r.Office]), FromName: name(d.offices[r.FromOffice]), IsLate: r.Late(d.now)}
	if !r.Deadline.IsZero() {
		c.LeftSeconds = int64(r.Deadline.Sub(d.now).Seconds())
	}
	var err error
	if c.PostTitle, err = d.post(r.Post); err != nil {
		return c, err
	}
	if c.UnitName, err = d.unit(r.UnitPath); err != nil {
		return c, err
	}
	for _, o := range append([]record{r}, others...) {
		symbol, err := d.symbol(o.Document)
		if err != nil {
			return c, err
		}
		c.Sources = append(c.Sources, Source{
			Task: o.ID, Line: o.Line, Document: o.Document, DocumentSymbol: symbol, Item: o.Item,
			Office: o.Office, OfficeName: name(d.offices[o.Office]), FromName: name(d.offices[o.FromOffice]),
		})
	}
	c.DocumentSymbol = c.Sources[0].DocumentSymbol
	c.Acts, err = d.acts(r, others)
	return c, err
}

func (d *dealer) post(id string) (string, error) {
	if id == "" {
		return "", nil
	}
	if title, ok := d.posts[id]; ok {
		return title, nil
	}
	p, err := org.PostIn(d.tx, id)
	d.posts[id] = p.Title
	return p.Title, err
}

func (d *dealer) unit(path string) (string, error) {
	if title, ok := d.units[path]; ok {
		return title, nil
	}
	u, err := org.UnitAt(d.tx, path)
	if fault.KindOf(err) == fault.NotFound {
		err = nil // an office above all units
	}
	d.units[path] = u.ShortName
	return u.ShortName, err
}

// symbol is the number of a document, or its subject where it has none.
func (d *dealer) symbol(document string) (string, error) {
	if document == "" {
		return "", nil
	}
	if s, ok := d.symbols[document]; ok {
		return s, nil
	}
	doc, err := directive.DocumentIn(d.tx, document)
	if fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	s := doc.Symbol
	if s == "" {
		s = doc.Subject
	}
	d.symbols[document] = s
	return s, err
}

// usual is the order in which acts are offered: the usual next one first.
var usual = []Act{
	ActAccept, ActVerify, ActDecideExtension, ActReport, ActUnblock, ActBegin, ActProgress, ActReturn, ActClose, ActHandOn,
	ActAskExtension, ActBlock, ActRemind, ActRecall, ActSupersede, ActCancel,
}

// acts lists what the actor may do with a card now.
func (d *dealer) acts(r record, others []record) ([]Act, error) {
	out := []Act{}
	if r.MergedInto != "" {
		return out, nil
	}
	for _, act := range usual {
		tr := transition(act)
		if _, ok := tr.leads(r.State, r.resume); !ok || !fits(act, r.Kind) {
			continue
		}
		if act == ActReport && r.State == Assigned {
			continue // permitted, but accepting comes first
		}
		ok, err := d.sc.mayWith(tr, r, others)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, act)
		}
	}
	return out, nil
}
