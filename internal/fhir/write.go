package fhir

import "encoding/json"

// Write makes a bundle of findings.
func Write(findings []Finding) (Bundle, error) {
	b := Bundle{ResourceType: "Bundle", Type: "collection"}
	for _, f := range findings {
		resource, err := json.Marshal(observationOf(f))
		if err != nil {
			return b, err
		}
		b.Entry = append(b.Entry, Entry{Resource: resource})
	}
	return b, nil
}

func observationOf(f Finding) observation {
	o := observation{
		ResourceType: "Observation", Status: "final", Issued: f.Issued,
		Category: []concept{{Coding: []coding{{System: category, Code: "laboratory"}}}},
		Code:     concept{Coding: []coding{{LOINC, rna, "SARS-CoV-2 (COVID-19) RNA [Presence] in Specimen by NAA with probe detection"}}},
		Specimen: &reference{Identifier: &identifier{TubeSystem, f.Tube}},
	}
	if f.Antigen {
		o.Code = concept{Coding: []coding{{LOINC, antigen, "SARS-CoV-2 (COVID-19) Ag [Presence] in Respiratory specimen by Rapid immunoassay"}}}
	}
	if f.Corrected {
		o.Status = "corrected"
	}
	if f.Performer != "" {
		o.Performer = []reference{{Display: f.Performer}}
	}
	if f.Note != "" {
		o.Note = []annotation{{f.Note}}
	}
	value, interpretation := written(f.Result)
	o.Value, o.Interpretation = &value, []concept{interpretation}
	return o
}

// written is a result in SNOMED CT and in HL7's interpretation.
func written(r Result) (value, interpretation concept) {
	pair := func(code, display, word, meaning string) (concept, concept) {
		return concept{Coding: []coding{{SNOMED, code, display}}}, concept{Coding: []coding{{Interpretation, word, meaning}}}
	}
	switch r {
	case Positive:
		return pair("260373001", "Detected", "POS", "Positive")
	case Negative:
		return pair("260415000", "Not detected", "NEG", "Negative")
	}
	return pair("455371000124106", "Invalid result", "IND", "Indeterminate")
}
