package identity

// prefixes2018 are the mobile prefixes that had eleven digits with their 0, and
// what each became between 15 September and 14 November 2018 (Decision
// 798/QĐ-BTTTT of 2018). Not changed after the start.
var prefixes2018 = map[string]string{
	"120": "70", "121": "79", "122": "77", "126": "76", "128": "78", // MobiFone
	"123": "83", "124": "84", "125": "85", "127": "81", "129": "82", // VinaPhone
	"162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39", // Viettel
	"186": "56", "188": "58", // Vietnamobile
	"199": "59", // Gmobile
}

// areas are the area codes of landlines since 2017 (Decision 2036/QĐ-BTTTT of
// 2016). Not changed after the start.
var areas = []string{
	"203", "204", "205", "206", "207", "208", "209",
	"210", "211", "212", "213", "214", "215", "216", "218", "219",
	"220", "221", "222", "225", "226", "227", "228", "229",
	"232", "233", "234", "235", "236", "237", "238", "239",
	"24",
	"251", "252", "254", "255", "256", "257", "258", "259",
	"260", "261", "262", "263", "269",
	"270", "271", "272", "273", "274", "275", "276", "277",
	"28",
	"290", "291", "292", "293", "294", "296", "297", "299",
}
