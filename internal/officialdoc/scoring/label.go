package scoring

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"phaodai/internal/officialdoc"
)

// Label is what a person read in a text.
type Label struct {
	Metadata  Metadata   `json:"metadata"`
	Citations []Citation `json:"citations"`
	Tasks     []Task     `json:"tasks"`
}

// Metadata holds the labelled fields that are scored; …Alt are accepted too.
type Metadata struct {
	Number          string   `json:"number"`
	NumberAlt       Alts     `json:"number_alt"`
	NumberCorrected Alts     `json:"number_corrected"`
	Kind            string   `json:"kind"`
	KindAlt         Alts     `json:"kind_alt"`
	ReportedKind    string   `json:"reported_kind"`
	Issuer          string   `json:"issuer"`
	IssuerAlt       Alts     `json:"issuer_alt"`
	IssuedOn        string   `json:"issued_on"`
	IssuedOnAlt     Alts     `json:"issued_on_alt"`
	Signer          string   `json:"signer"`
	SignerCorrected Alts     `json:"signer_corrected"`
	Recipients      []string `json:"recipients"`
}

func (m Metadata) numbers() []string {
	return append(append(list(m.Number), m.NumberAlt...), m.NumberCorrected...)
}

// Citation is a labelled citation.
type Citation struct {
	Number          string           `json:"number"`
	NumberAlt       Alts             `json:"number_alt"`
	NumberCorrected Alts             `json:"number_corrected"`
	Date            string           `json:"date"`
	DateAlt         Alts             `json:"date_alt"`
	Text            string           `json:"text"`
	Span            officialdoc.Span `json:"span"`
	Optional        bool             `json:"optional"`
}

func (c Citation) keys() []string {
	var keys []string
	for _, n := range append(append(list(c.Number), c.NumberAlt...), c.NumberCorrected...) {
		keys = append(keys, symbol(n))
	}
	return keys
}

// Task is a labelled task.
type Task struct {
	Item         string           `json:"item"`
	Text         string           `json:"text"`
	Span         officialdoc.Span `json:"span"`
	Optional     bool             `json:"optional"`
	Responsible  []string         `json:"responsible"`
	Via          []string         `json:"via"`
	Coordinating []string         `json:"coordinating"`
	Deadlines    []struct {
		At    string `json:"at"`
		AtAlt Alts   `json:"at_alt"`
	} `json:"deadlines"`
	Cadence []struct {
		EveryDaysMin int  `json:"every_days_min"`
		EveryDaysMax int  `json:"every_days_max"`
		MinTimes     *int `json:"min_times"`
	} `json:"cadence"`
	Targets []struct {
		Value *float64 `json:"value"`
	} `json:"targets"`
	Topic    string `json:"topic"`
	TopicAlt Alts   `json:"topic_alt"`
}

// Alts is one other accepted value or several.
type Alts []string

// UnmarshalJSON takes a string, a list or null.
func (a *Alts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = list(one)
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// Case is a labelled text.
type Case struct {
	Name  string
	Text  string
	Label Label
}

// Load reads every NAME.txt of texts that has a NAME.json in labels, by name.
func Load(texts, labels string) ([]Case, error) {
	found, err := filepath.Glob(filepath.Join(texts, "*.txt"))
	if err != nil {
		return nil, err
	}
	sort.Strings(found)
	var cases []Case
	for _, path := range found {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		label, err := os.ReadFile(filepath.Join(labels, name+".json"))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		c := Case{Name: name, Text: string(text)}
		if err := json.Unmarshal(label, &c.Label); err != nil {
			return nil, fmt.Errorf("label %s: %w", name, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}
