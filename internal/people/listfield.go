package people

import "phaodai/internal/listfile"

// Bounds of a list.
const (
	MaxList     = 48 << 20 // bytes
	MaxListRows = 100_000
)

var listLimit = listfile.Limit{Bytes: MaxList, Rows: MaxListRows, Columns: 60}

// listFields are what a list may say, with the titles under which wards write
// it, folded.
var listFields = []listfile.Field{
	{Name: "household", Titles: []string{"so ho", "ma ho", "ho so", "so ho khau", "household"}, Down: true},
	{Name: "area", Titles: []string{"to dan pho", "to", "tdp", "khu", "thon", "group"}, Down: true},
	{Name: "lane", Titles: []string{"duong ngo", "duong", "ngo", "duong pho", "toa nha", "lane", "street"}, Down: true},
	{Name: "address", Titles: []string{"so nha", "dia chi", "noi o", "noi o hien tai", "house number", "address"}, Down: true},
	{Name: "relation", Titles: []string{"quan he voi chu ho", "quan he", "qh chu ho", "relation"}},
	{Name: "name", Titles: []string{"ho va ten", "ho ten", "ten", "full name", "name"}},
	{Name: "sex", Titles: []string{"gioi tinh", "gioi", "sex"}},
	{Name: "birth", Titles: []string{"ngay sinh", "ngay thang nam sinh", "nam sinh", "birth date", "birth"}},
	{Name: "birth_male", Titles: []string{"ngay sinh nam", "nam sinh nam", "ngay thang nam sinh nam"}},
	{Name: "birth_female", Titles: []string{"ngay sinh nu", "nam sinh nu", "ngay thang nam sinh nu"}},
	{Name: "number", Titles: []string{"so cccd", "cccd", "so cmnd", "cmnd", "cccd cmnd", "so cccd cmnd", "so dinh danh", "cmnd cccd", "ho chieu", "number"}},
	{Name: "phone", Titles: []string{"dien thoai", "so dien thoai", "sdt", "dt", "phone"}},
	{Name: "occupation", Titles: []string{"nghe nghiep", "nghe", "occupation"}},
	{Name: "priority", Titles: []string{"doi tuong uu tien", "doi tuong", "uu tien", "ghi chu", "priority"}},
	{Name: "nationality", Titles: []string{"quoc tich", "nationality"}},
	{Name: "stay", Titles: []string{"cu tru", "loai cu tru", "hinh thuc cu tru", "thuong tru tam tru", "stay"}},
	{Name: "from", Titles: []string{"den tu", "noi den", "tu dau den", "from"}},
}

// ListFields names what a list may say, in the order of a list.
func ListFields() (out []string) {
	for _, f := range listFields {
		out = append(out, f.Name)
	}
	return out
}
