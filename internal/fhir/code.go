package fhir

// results are the codes that say what a test found.
var results = map[string]map[string]Result{
	SNOMED: {
		"260373001": Positive, "10828004": Positive, "462371000124108": Positive, // detected; positive; detected in a pool
		"260415000": Negative, "260385009": Negative, "895231008": Negative, // not detected; negative; not detected in a pool
		"419984006": Invalid, "82334004": Invalid, "280416009": Invalid, "42425007": Invalid, // inconclusive; indeterminate; equivocal
		"455371000124106": Invalid, "125154007": Invalid, // invalid; specimen unsatisfactory
	},
	LOINC: {
		"LA6576-8": Positive, "LA11882-0": Positive, "LA6577-6": Negative, "LA11883-8": Negative, // positive, detected; negative, not detected
		"LA9663-1": Invalid, "LA15841-2": Invalid, // inconclusive; invalid
	},
	Interpretation: {"POS": Positive, "DET": Positive, "NEG": Negative, "ND": Negative, "IND": Invalid, "E": Invalid},
}

// RNA and antigen of the virus in a specimen as a whole. A single gene, or
// another germ, is not the result of a tube.
const (
	rna     = "94309-2" // any specimen
	antigen = "94558-4" // respiratory specimen, rapid
)

var tests = map[string]bool{
	rna: true, antigen: true,
	"94500-6": true, // RNA, respiratory specimen
	"94759-8": true, // RNA, nasopharynx
	"94565-9": true, // RNA, nasopharynx, without probe
	"94845-5": true, // RNA, saliva
}

// isTest tells whether an Observation is of the virus: by LOINC, or, where the
// laboratory has only codes of its own, because it says so of a tube of ours.
func (c concept) isTest() (ok, forAntigen bool) {
	known := false
	for _, x := range c.Coding {
		if x.System == LOINC {
			known, ok, forAntigen = true, ok || tests[x.Code], forAntigen || x.Code == antigen
		}
	}
	return ok || !known && (len(c.Coding) > 0 || c.Text != ""), forAntigen
}

// resultOf is what all codes of an Observation say; ok is false when none says
// anything or two disagree.
func (o observation) resultOf() (r Result, ok bool) {
	said := map[Result]bool{}
	concepts := o.Interpretation
	if o.Value != nil {
		concepts = append([]concept{*o.Value}, concepts...)
	}
	for _, c := range concepts {
		for _, x := range c.Coding {
			if found, known := results[x.System][x.Code]; known {
				said[found], r = true, found
			}
		}
	}
	return r, len(said) == 1
}
