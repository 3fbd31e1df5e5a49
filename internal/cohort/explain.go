package cohort

import (
	"phaodai/internal/fault"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/rule"
)

// Values are the values of one person as package rule takes them: what is
// missing is not known. So is an age of which the birthday is not known to be
// before or behind the day.
func (v *View) Values(who id.Packed, asked Asked) (map[string]any, bool) {
	p, ok := v.Person(who)
	if !ok {
		return nil, false
	}
	out := map[string]any{"ward": p.Ward, "areas": v.areasAround(p)}
	if least, most, ok := p.Birth.Ages(asked.Day); ok && least == most {
		out["age"] = least
	}
	for name, text := range map[string]string{"sex": p.Sex, "residence": p.Residence} {
		if text != "" {
			out[name] = text
		}
	}
	for name, texts := range map[string][]string{"occupations": p.Occupations, "priorities": p.Priorities} {
		if texts != nil {
			out[name] = texts
		}
	}
	if n, ok := p.Doses.Number(); ok {
		out["doses"] = n
	}
	for name, w := range map[string]When{"last_dose": p.LastDose, "last_sample": p.LastSample, "symptoms": p.Symptoms, "arrival": p.Arrival} {
		if w.Known() {
			out[name] = since(w, asked.Day)
		}
	}
	if p.Symptoms.Known() {
		day, ill := p.Symptoms.Day()
		out["symptomatic"] = ill && day <= asked.Day
	}
	v.addLayers(out, p)
	if asked.Round != "" {
		out["samples_in_round"] = p.samples(asked.Round)
	}
	return out, true
}

func since(w When, today instant.Day) int64 {
	if day, ok := w.Day(); ok {
		return int64(today - day)
	}
	return rule.Never
}

func (p Person) samples(round string) int {
	for _, c := range p.Rounds {
		if c.Round == round {
			return c.N
		}
	}
	return 0
}

func (p Person) home() string {
	if p.Area != "" {
		return p.Area
	}
	return p.Ward
}

func (v *View) areasAround(p Person) []string {
	out := []string{}
	for _, a := range v.areas.around(v.areas.number[p.home()]) {
		out = append(out, v.areas.codeOf(a))
	}
	return out
}

func (v *View) addLayers(out map[string]any, p Person) {
	for i, l := range v.schema.Layers {
		if c := v.areas.classOn(v.areas.number[p.home()], i); c != 0 {
			out[l.Name] = v.classes[c]
		}
	}
}

// Explain decides a rule for one person and says why, as package rule does it.
// Who can have two ages has a decision when both give the same.
func (v *View) Explain(r *Rule, who id.Packed, asked Asked) (rule.Result, error) {
	values, ok := v.Values(who, asked)
	if !ok {
		return rule.Result{}, fault.New(fault.NotFound, "cohort.no_person", "ID", who.String())
	}
	p, _ := v.Person(who)
	least, most, known := p.Birth.Ages(asked.Day)
	if !known || least == most {
		return r.rule.Eval(values)
	}
	values["age"] = least
	younger, err := r.rule.Eval(values)
	if err != nil {
		return younger, err
	}
	values["age"] = most
	older, err := r.rule.Eval(values)
	if err != nil || older.Truth == younger.Truth {
		return older, err
	}
	delete(values, "age")
	return r.rule.Eval(values)
}
