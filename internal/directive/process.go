package directive

import (
	"context"
	"strings"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/fault"
	"phaodai/internal/fold"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

// The decisions on a slip. Labels: "slip.act." + act.
const (
	ActAdvised  = "advised"
	ActApproved = "approved"
	ActOpinion  = "approved_with_opinion"
	ActReturned = "returned"
)

const slipColumns = `document, advice, advise_post, advise_name, advised_at, decision, opinion, decide_post, decide_name,
	decided_at, on_paper = 1 AS on_paper, enter_post, enter_name, entered_at, photo, version`

func slipRow(document string) Slip { return Slip{Document: document, Version: 1} }

// slipIn gives the slip of a document with its steps, nil where it has none.
func slipIn(tx *db.Tx, document string) (*Slip, error) {
	var sl Slip
	err := tx.Get(&sl, "SELECT "+slipColumns+" FROM slip WHERE document = $1", document)
	if err == db.ErrNoRow {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	sl.Steps = []SlipStep{}
	err = tx.Select(&sl.Steps, `SELECT document, n, act, text, at, post, name, enter_post, enter_name, photo
		FROM slip_step WHERE document = $1 ORDER BY n`, document)
	return &sl, err
}

func saveSlip(tx *db.Tx, sl *Slip, step SlipStep) error {
	sl.Version++
	_, err := tx.Exec(`UPDATE slip SET advice = $1, advise_post = $2, advise_name = $3, advised_at = $4, decision = $5,
		opinion = $6, decide_post = $7, decide_name = $8, decided_at = $9, on_paper = $10, enter_post = $11,
		enter_name = $12, entered_at = $13, photo = $14, version = $15 WHERE document = $16`,
		sl.Advice, sl.AdvisePost, sl.AdviseName, int64(sl.AdvisedAt), sl.Decision,
		sl.Opinion, sl.DecidePost, sl.DecideName, int64(sl.DecidedAt), number(sl.OnPaper), sl.EnterPost,
		sl.EnterName, int64(sl.EnteredAt), sl.Photo, sl.Version, sl.Document)
	if err != nil {
		return err
	}
	step.Document, step.N = sl.Document, int64(len(sl.Steps)+1)
	sl.Steps = append(sl.Steps, step)
	return tx.Insert("slip_step", step)
}

// takeSlip locks a document and its slip to act on it.
func takeSlip(tx *db.Tx, by auth.Actor, document string, version int64) (documentRow, *Slip, error) {
	d, err := take(tx, by, document, 0)
	if err != nil {
		return d, nil, err
	}
	sl, err := slipIn(tx, d.ID)
	if err != nil {
		return d, nil, err
	}
	if sl == nil {
		return d, nil, wrongState(d.Document)
	}
	if len(sl.Steps) > 0 {
		last := sl.Steps[len(sl.Steps)-1]
		err = fresh(version, sl.Version, last.Name, last.At)
	} else {
		err = fresh(version, sl.Version, d.ChangedName, d.ChangedAt)
	}
	return d, sl, err
}

// undecided refuses to act on a slip that a leader has decided: "Phiếu đã được
// Bí thư duyệt lúc 12:02".
func undecided(d Document, sl *Slip) error {
	if sl.Decision == ActApproved || sl.Decision == ActOpinion {
		return fault.New(fault.Conflict, "slip.decided", "Who", sl.DecideName, "At", sl.DecidedAt)
	}
	return d.in(Advised)
}

// Advise writes the Office's advice and sends the slip to the standing leader.
// It may be rewritten until the leader decides.
func (s *Service) Advise(ctx context.Context, by auth.Actor, in AdviseInput) (Slip, error) {
	in.Advice = strings.TrimSpace(fold.NFC(in.Advice))
	return once(ctx, s, by, "advise", in.Key, func(tx *db.Tx) (Slip, error) {
		d, sl, err := takeSlip(tx, by, in.Document, in.Version)
		if err != nil {
			return Slip{}, err
		}
		if err := mayHandle(tx, by, d.Document, auth.DocumentAdvise); err != nil {
			return Slip{}, err
		}
		if err := d.in(Registered, Advised); err != nil {
			return Slip{}, err
		}
		if in.Advice == "" {
			return Slip{}, fault.New(fault.Invalid, "document.form_invalid").At("advice", "slip.advice_missing")
		}
		if err := s.propose(tx, d.Document, "slip", in.Copies, by.Now); err != nil {
			return Slip{}, err
		}
		sl.Advice, sl.AdvisePost, sl.AdviseName, sl.AdvisedAt = in.Advice, by.Post, by.Name, by.Now
		sl.Decision, sl.Opinion, sl.DecidePost, sl.DecideName, sl.DecidedAt = "", "", "", "", 0
		if err := saveSlip(tx, sl, SlipStep{Act: ActAdvised, Text: in.Advice, At: by.Now, Post: by.Post, Name: by.Name}); err != nil {
			return Slip{}, err
		}
		d.State = Advised
		if err := s.save(tx, by, &d); err != nil {
			return Slip{}, err
		}
		return *sl, note(tx, by, d.Document, "advised", "", "advice", "copies")
	})
}

// Approve approves a slip, as proposed or with an opinion; copies go out at
// once. A decision on paper is entered by a clerk with a photo of it, and both
// names are kept.
func (s *Service) Approve(ctx context.Context, by auth.Actor, in ApproveInput) (Slip, error) {
	in.Opinion = strings.TrimSpace(fold.NFC(in.Opinion))
	act := ActApproved
	if in.Opinion != "" {
		act = ActOpinion
	}
	return s.decide(ctx, by, decision{
		key: in.Key, document: in.Document, version: in.Version, act: act, text: in.Opinion, paper: in.OnPaper,
	}, func(tx *db.Tx, d *documentRow) error {
		if in.Copies != nil {
			if err := s.propose(tx, d.Document, "slip", in.Copies, by.Now); err != nil {
				return err
			}
		}
		d.State = Passed
		return s.send(tx, by, d.Document)
	})
}

// Return sends a slip back to the Office with the reason.
func (s *Service) Return(ctx context.Context, by auth.Actor, in ReturnInput) (Slip, error) {
	in.Reason = strings.TrimSpace(fold.NFC(in.Reason))
	if in.Reason == "" {
		return Slip{}, fault.New(fault.NeedsReason, "slip.return_reason").At("reason", "document.form_required")
	}
	return s.decide(ctx, by, decision{
		key: in.Key, document: in.Document, version: in.Version, act: ActReturned, text: in.Reason, paper: in.OnPaper,
	}, func(_ *db.Tx, d *documentRow) error {
		d.State = Registered
		return nil
	})
}

// decision is what a leader decides on a slip.
type decision struct {
	key, document string
	version       int64
	act, text     string
	paper         *OnPaper
}

func (s *Service) decide(ctx context.Context, by auth.Actor, dn decision, do func(*db.Tx, *documentRow) error) (Slip, error) {
	var photo []byte
	var media string
	if dn.paper != nil {
		if dn.paper.Photo == nil {
			return Slip{}, fault.New(fault.Invalid, "document.form_invalid").At("photo", "slip.photo_missing")
		}
		var err error
		if photo, media, err = checkedFile(*dn.paper.Photo); err != nil {
			return Slip{}, err
		}
	}
	return once(ctx, s, by, dn.act, dn.key, func(tx *db.Tx) (Slip, error) {
		d, sl, err := takeSlip(tx, by, dn.document, dn.version)
		if err != nil {
			return Slip{}, err
		}
		who, err := decider(tx, by, d.Document, dn.paper)
		if err != nil {
			return Slip{}, err
		}
		if err := undecided(d.Document, sl); err != nil {
			return Slip{}, err
		}
		if dn.paper != nil {
			a, err := s.attach(tx, by, d.ID, "slip_photo", cleanName(dn.paper.Photo.Name), media, photo)
			if err != nil {
				return Slip{}, err
			}
			who.Photo = a.ID
		}
		who.Act, who.Text = dn.act, dn.text
		return s.decided(tx, by, d, sl, who, do)
	})
}

// decided writes a decision with what follows from it.
func (s *Service) decided(tx *db.Tx, by auth.Actor, d documentRow, sl *Slip, step SlipStep, do func(*db.Tx, *documentRow) error) (Slip, error) {
	sl.Decision, sl.Opinion = step.Act, step.Text
	sl.DecidePost, sl.DecideName, sl.DecidedAt = step.Post, step.Name, step.At
	sl.OnPaper, sl.Photo, sl.EnterPost, sl.EnterName = step.Photo != "", step.Photo, step.EnterPost, step.EnterName
	sl.EnteredAt = 0
	if sl.OnPaper {
		sl.EnteredAt = by.Now
	}
	if err := saveSlip(tx, sl, step); err != nil {
		return Slip{}, err
	}
	if err := do(tx, &d); err != nil {
		return Slip{}, err
	}
	if err := s.save(tx, by, &d); err != nil {
		return Slip{}, err
	}
	what, reason := "approved", ""
	if step.Act == ActReturned {
		what, reason = "returned", step.Text
	}
	return *sl, note(tx, by, d.Document, what, reason, "decision", "copies")
}

// decider says who decides: the actor, or on paper the holder of a post that
// may, with the clerk who enters it.
func decider(tx *db.Tx, by auth.Actor, d Document, paper *OnPaper) (SlipStep, error) {
	if paper == nil {
		if err := mayHandle(tx, by, d, auth.DocumentApprove); err != nil {
			return SlipStep{}, err
		}
		return SlipStep{At: by.Now, Post: by.Post, Name: by.Name}, nil
	}
	if err := mayKeep(by, d.Office, d.UnitPath, auth.DocumentRegister); err != nil {
		return SlipStep{}, err
	}
	at := paper.At
	if at == 0 {
		at = by.Now
	}
	if at > by.Now {
		return SlipStep{}, fault.New(fault.Invalid, "document.form_invalid").At("at", "slip.paper_in_future")
	}
	name, err := leaderName(tx, d, paper.Post, at)
	if err != nil {
		return SlipStep{}, err
	}
	return SlipStep{At: at, Post: paper.Post, Name: name, EnterPost: by.Post, EnterName: by.Name}, nil
}

// leaderName makes sure that a post approves papers of the keeping office and
// names who held it.
func leaderName(tx *db.Tx, d Document, post string, at instant.Micros) (string, error) {
	wrong := fault.New(fault.Invalid, "document.form_invalid").At("post", "slip.not_a_leader")
	p, err := org.PostIn(tx, post)
	if err != nil {
		return "", wrong
	}
	leader := auth.Actor{Office: p.Office}
	if !approves(p) || p.Office != d.Office && inCircle(tx, leader, d.Office, auth.DocumentApprove) != nil {
		return "", wrong
	}
	holders, err := org.HoldersOf(tx, post, at)
	if err != nil {
		return "", err
	}
	if len(holders) == 0 {
		return "", fault.New(fault.Invalid, "document.form_invalid").At("post", "slip.post_vacant")
	}
	return holders[0].Person.Name, nil
}

// Leaders lists the posts that may decide on a document's slip, for the form
// of "nhập thay".
func (s *Service) Leaders(ctx context.Context, by auth.Actor, document string) ([]org.PostHolder, error) {
	return read(ctx, s, func(tx *db.Tx) ([]org.PostHolder, error) {
		if err := mustRead(by, tx, document); err != nil {
			return nil, err
		}
		d, err := DocumentIn(tx, document)
		if err != nil {
			return nil, err
		}
		var offices []string
		query := "SELECT x.id FROM office x WHERE x.id = $1 OR x.id IN (" + strings.Replace(circle, "$", "$2", 1) + ") ORDER BY x.sort_key, x.id"
		if err := tx.Select(&offices, query, d.Office, d.Office); err != nil {
			return nil, err
		}
		out := []org.PostHolder{}
		for _, o := range offices {
			holders, err := org.PostsOf(tx, o, by.Now)
			if err != nil {
				return nil, err
			}
			for _, h := range holders {
				if !h.Vacant() && approves(h.Post) {
					out = append(out, h)
				}
			}
		}
		return out, nil
	})
}

func approves(p org.Post) bool {
	for _, r := range p.Roles {
		if r.Has(auth.DocumentApprove) {
			return true
		}
	}
	return false
}
