package cap

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"

	"phaodai/internal/geo"
	"phaodai/internal/instant"
)

// document is the XML of an alert, with its fields in the order of the schema.
type document struct {
	XMLName    xml.Name `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
	Identifier string   `xml:"identifier"`
	Sender     string   `xml:"sender"`
	Sent       string   `xml:"sent"`
	Status     string   `xml:"status"`
	MsgType    string   `xml:"msgType"`
	Scope      string   `xml:"scope"`
	Note       string   `xml:"note,omitempty"`
	References string   `xml:"references,omitempty"`
	Infos      []info   `xml:"info"`
}

type info struct {
	Language    string     `xml:"language"`
	Category    string     `xml:"category"`
	Event       string     `xml:"event"`
	Responses   []Response `xml:"responseType"`
	Urgency     string     `xml:"urgency"`
	Severity    Severity   `xml:"severity"`
	Certainty   string     `xml:"certainty"`
	Effective   string     `xml:"effective"`
	Onset       string     `xml:"onset"`
	Expires     string     `xml:"expires,omitempty"`
	SenderName  string     `xml:"senderName,omitempty"`
	Headline    string     `xml:"headline"`
	Description string     `xml:"description"`
	Instruction string     `xml:"instruction,omitempty"`
	Web         string     `xml:"web,omitempty"`
	Contact     string     `xml:"contact,omitempty"`
	Parameters  []value    `xml:"parameter"`
	Areas       []area     `xml:"area"`
}

type value struct {
	Name  string `xml:"valueName"`
	Value string `xml:"value"`
}

type area struct {
	Desc     string   `xml:"areaDesc"`
	Polygons []string `xml:"polygon"`
	Circles  []string `xml:"circle"`
	Codes    []value  `xml:"geocode"`
}

func (d document) bytes() []byte {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	e := xml.NewEncoder(&out)
	e.Indent("", "  ")
	if err := e.Encode(d); err != nil {
		panic(err) // strings into memory: only wrong types above could fail
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func (a Alert) document(identifier string) document {
	d := document{
		Identifier: identifier, Sender: a.Sender, Sent: stamp(a.Sent), Status: "Actual", MsgType: string(cmp.Or(a.Kind, First)),
		Scope: "Public", Note: a.Note,
	}
	if a.Exercise {
		d.Status = "Exercise"
	}
	var references []string
	for _, r := range a.References {
		references = append(references, r.Sender+","+r.Identifier+","+stamp(r.Sent))
	}
	d.References = strings.Join(references, " ")
	d.Infos = []info{
		a.info("vi-VN", a.Vi, "[Diễn tập] ", func(x Area) string { return x.Vi }),
		a.info("en-US", a.En, "[Exercise] ", func(x Area) string { return x.En }),
	}
	return d
}

func (a Alert) info(language string, t Text, exercise string, name func(Area) string) info {
	i := info{
		Language: language, Category: "Health", Event: t.Event, Responses: a.Responses, Urgency: a.urgency(), Severity: a.Severity,
		Certainty: a.certainty(), Effective: stamp(a.Sent), Onset: stamp(a.Onset), Expires: stamp(a.Expires), SenderName: t.Sender,
		Headline: t.Headline, Description: t.Description, Instruction: t.Instruction, Web: address(a.Web), Contact: a.Contact, Parameters: values(a.Parameters),
	}
	if a.Exercise {
		i.Headline = exercise + i.Headline
	}
	for _, x := range a.Areas {
		i.Areas = append(i.Areas, x.area(name(x)))
	}
	return i
}

func (x Area) area(desc string) area {
	out := area{Desc: desc, Codes: values(x.Codes)}
	for _, polygon := range x.Shape {
		var corners []string
		for _, p := range polygon[:min(1, len(polygon))] {
			for _, corner := range p {
				corners = append(corners, coordinates(corner))
			}
		}
		out.Polygons = append(out.Polygons, strings.Join(corners, " "))
	}
	for _, c := range x.Circles {
		out.Circles = append(out.Circles, coordinates(c.Centre)+" "+decimal(c.Metres/1000))
	}
	return out
}

func values(in []Value) (out []value) {
	for _, v := range in {
		out = append(out, value(v))
	}
	return out
}

// address writes a web address with letters beyond ASCII escaped, "" as "".
func address(web string) string {
	u, err := url.Parse(web)
	if err != nil {
		return "" // Check refuses it
	}
	return u.String()
}

// coordinates writes latitude before longitude.
func coordinates(p geo.Point) string { return decimal(p.Lat()) + "," + decimal(p.Lon()) }

// decimal writes six places, 0.1 m on the ground, without zeros at the end.
func decimal(x float64) string {
	text := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(x, 'f', 6, 64), "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}

// stamp writes a moment as the schema wants: no fraction, no "Z".
func stamp(m instant.Micros) string {
	if m.IsZero() || m == instant.Forever {
		return ""
	}
	return m.In(instant.Vietnam()).Format("2006-01-02T15:04:05-07:00")
}
