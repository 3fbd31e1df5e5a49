// Package fhir reads what laboratories found from FHIR R4 (HL7, 4.0.1), a Bundle
// of resources or one Observation, and writes it.
//
// Guarantees:
//   - Every Observation becomes a finding, or the whole text is refused with the
//     place of the one that does not: nothing is passed over in silence.
//   - Only final findings count, in codes of SNOMED CT, LOINC or HL7: words that
//     somebody wrote for people are not interpreted.
//   - What is written reads back the same.
package fhir

import "encoding/json"

// The systems of codes and names.
const (
	SNOMED         = "http://snomed.info/sct"
	LOINC          = "http://loinc.org"
	Interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
	category       = "http://terminology.hl7.org/CodeSystem/observation-category"
	TubeSystem     = "urn:phaodai:tube" // of a specimen's identifier that is the code of a tube
)

// MediaType is that of FHIR in JSON.
const MediaType = "application/fhir+json"

// Result is what a test gave.
type Result string

// The results. An invalid test says nothing of the person.
const (
	Negative Result = "negative"
	Positive Result = "positive"
	Invalid  Result = "invalid"
)

// Finding is one result of one tube.
type Finding struct {
	Entry     int    // place in the bundle, from 1
	Tube      string // identifier of the specimen
	Result    Result
	Corrected bool   // takes the place of what was final before
	Note      string // what the laboratory wrote beside it
	Antigen   bool   // a rapid test for antigen, not for RNA
	Issued    string // moment in RFC 3339, "" not said
	Performer string // laboratory, "" not said
}

// Bundle is a collection of resources.
type Bundle struct {
	ResourceType string  `json:"resourceType"`
	Type         string  `json:"type"`
	Entry        []Entry `json:"entry,omitempty"`
}

// Entry is one resource of a bundle.
type Entry struct {
	FullURL  string          `json:"fullUrl,omitempty"`
	Resource json.RawMessage `json:"resource,omitempty"`
}

// head is what tells resources apart.
type head struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id"`
}

type coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

type concept struct {
	Coding []coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

type identifier struct {
	System string `json:"system,omitempty"`
	Value  string `json:"value,omitempty"`
}

type reference struct {
	Reference  string      `json:"reference,omitempty"`
	Identifier *identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty"`
}

type annotation struct {
	Text string `json:"text"`
}

// observation is the part of an Observation that a result needs.
type observation struct {
	ResourceType   string            `json:"resourceType"`
	Contained      []json.RawMessage `json:"contained,omitempty"`
	Status         string            `json:"status"`
	Category       []concept         `json:"category,omitempty"`
	Code           concept           `json:"code"`
	Issued         string            `json:"issued,omitempty"`
	Performer      []reference       `json:"performer,omitempty"`
	Value          *concept          `json:"valueCodeableConcept,omitempty"`
	Interpretation []concept         `json:"interpretation,omitempty"`
	Note           []annotation      `json:"note,omitempty"`
	Specimen       *reference        `json:"specimen,omitempty"`
}

// specimen is the part of a Specimen that names its tube.
type specimen struct {
	head
	Identifier []identifier `json:"identifier"`
	Container  []struct {
		Identifier []identifier `json:"identifier"`
	} `json:"container"`
}
