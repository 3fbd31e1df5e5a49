package extract

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"phaodai/internal/fault"
)

const wordXML = `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>%s</w:body></w:document>`

// archiveOf packs a body, and other parts by name, into a DOCX.
func archiveOf(t testing.TB, body string, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	parts = append(parts, "word/document.xml", fmt.Sprintf(wordXML, body))
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func para(text string) string { return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>" }

func item(list, level int, text string) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, level, list, text)
}

const numbering = `<w:numbering xmlns:w="w">
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
 <w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="8">
 <w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/><w:isLgl/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>`

const styles = `<w:styles xmlns:w="w">
<w:style w:styleId="Muc"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="MucCon"><w:basedOn w:val="Muc"/></w:style>
</w:styles>`

func TestWordFilesAreRead(t *testing.T) {
	cell := func(s ...string) string {
		out := ""
		for _, x := range s {
			out += para(x)
		}
		return "<w:tc>" + out + "</w:tc>"
	}
	styledPara := func(style, text string) string {
		return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
	}
	cases := []struct{ name, body, want string }{
		{"runs and breaks", `<w:p><w:r><w:t>CHỈ </w:t></w:r><w:r><w:t>THỊ</w:t><w:br/><w:t>về phòng, chống dịch</w:t></w:r></w:p>`, "CHỈ THỊ\nvề phòng, chống dịch\n"},
		{"automatic numbers", item(1, 0, "một") + item(1, 1, "con") + item(1, 1, "con nữa") + item(1, 2, "chữ") + item(1, 3, "gạch") + item(1, 0, "hai") + item(1, 1, "con"),
			"1. một\n1.1. con\n1.2. con nữa\na) chữ\n- gạch\n2. hai\n2.1. con\n"},
		{"roman, legal and restarted", item(2, 0, "x") + item(2, 1, "y") + item(1, 0, "a") + item(1, 0, "b") + item(3, 0, "c"), "III. x\n3.1 y\n1. a\n2. b\n1. c\n"},
		{"numbers by style", styledPara("Muc", "một") + styledPara("MucCon", "hai") + styledPara("Khac", "ba"), "1. một\n2. hai\nba\n"},
		{"number switched off", styledPara("Muc", "một") + `<w:p><w:pPr><w:pStyle w:val="Muc"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>`, "1. một\nx\n"},
		{"heading laid out as a table", "<w:tbl><w:tr>" + cell("UBND PHƯỜNG", "Số: 20/CT-UBND") + cell("CỘNG HÒA", "Độc lập") + "</w:tr></w:tbl>" + para("x"), "UBND PHƯỜNG\nSố: 20/CT-UBND\nCỘNG HÒA\nĐộc lập\nx\n"},
		{"table of figures", "<w:tbl><w:tr>" + cell("TT") + cell("Phường") + cell("Số mẫu") + "</w:tr><w:tr>" + cell("1") + cell("Cự", "Khối") + cell("") + "</w:tr></w:tbl>", "TT\tPhường\tSố mẫu\n1\tCự Khối\t\n"},
		{"deleted text and fields", `<w:p><w:del><w:r><w:delText>cũ</w:delText><w:t>cũ</w:t></w:r></w:del><w:ins><w:r><w:t>mới</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>`, "mới\n"},
		{"text box once", `<w:p><mc:AlternateContent><mc:Choice><w:txbxContent>` + para("khung") + `</w:txbxContent></mc:Choice><mc:Fallback>` + para("khung") + `</mc:Fallback></mc:AlternateContent></w:p>`, "khung\n"},
		{"tab stops are no tabs", `<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t></w:r></w:p>`, "a\tb-c\n"},
	}
	for _, c := range cases {
		got, err := New(Limit{}).Extract(context.Background(), archiveOf(t, c.body, "word/numbering.xml", numbering, "word/styles.xml", styles), nil)
		if err != nil || got.Method != DOCX {
			t.Errorf("%s: %v %v", c.name, got.Method, err)
		}
		if diff := cmp.Diff(c.want, got.Text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestHarmfulWordFilesAreRefused(t *testing.T) {
	many := func() []string {
		var parts []string
		for i := range maxParts + 1 {
			parts = append(parts, fmt.Sprintf("p%d", i), "")
		}
		return parts
	}
	cases := []struct {
		name string
		data []byte
		key  string
	}{
		{"unpacks to 8 MB", archiveOf(t, para(strings.Repeat("0", 8<<20))), "extract.bomb"},
		{"styles unpack to 8 MB", archiveOf(t, para("x"), "word/styles.xml", strings.Repeat(" ", 8<<20)), "extract.bomb"},
		{"thousands of parts", archiveOf(t, para("x"), many()...), "extract.bomb"},
		{"endless nesting", archiveOf(t, strings.Repeat("<w:p>", 1<<20)), "extract.bomb"},
		{"6 MB of text", archiveOf(t, para(strings.Repeat("dịch ", 900_000))), "extract.long_text"},
		{"cut off", archiveOf(t, para("x"))[:200], "extract.broken_docx"},
		{"no XML", archiveOf(t, "<w:p>"), "extract.broken_docx"},
		{"no text", archiveOf(t, para("  ")), "extract.empty"},
	}
	for _, c := range cases {
		got, err := New(Limit{Unpacked: 7 << 20}).Extract(context.Background(), c.data, nil)
		if fault.KeyOf(err) != c.key || got.Text != "" {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func FuzzWord(f *testing.F) {
	f.Add(archiveOf(f, para("x"), "word/numbering.xml", numbering))
	f.Add(archiveOf(f, "<w:tbl><w:tr><w:tc>"+item(1, 0, "y")+"</w:tc></w:tr></w:tbl>", "word/styles.xml", styles))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := New(Limit{Unpacked: 1 << 20}).docx(data); fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}

// FuzzBody fuzzes the XML itself, which random bytes of an archive never reach.
func FuzzBody(f *testing.F) {
	f.Add(para("x") + item(1, 2, "y"))
	f.Add("<w:tbl><w:tr><w:tc><w:tbl></w:tbl></w:tc></w:tr></w:tr></w:tbl></w:p>")
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := New(Limit{Unpacked: 1 << 20}).docx(archiveOf(t, body, "word/numbering.xml", numbering)); fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}
