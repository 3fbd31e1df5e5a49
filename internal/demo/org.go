package demo

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"phaodai/internal/auth"
	"phaodai/internal/db"
	"phaodai/internal/id"
	"phaodai/internal/instant"
	"phaodai/internal/org"
)

//go:embed org.yaml
var orgYAML []byte

// Paths of the units that the rest of the sample names.
const (
	CityPath     = "/01/"
	DistrictPath = "/01/01-004/"
)

// WardPath is the path of a ward by its code.
func WardPath(code string) string { return DistrictPath + "01-004-" + code + "/" }

// Player is somebody whom an exercise signs in as.
type Player struct {
	Login    string // name of the account
	Person   string // id
	Name     string
	Post     string // id of the post with which the demo begins
	Title    string // "Chủ tịch · UBND P. Cự Khối"
	Office   string
	UnitPath string
	Role     auth.Role
}

// People is who is who in the sample.
type People struct {
	Players []Player          // in the order in which the demo presents them
	Offices map[string]string // ids by key: "quan-uy", "ubnd", "phong-y-te"; of a ward "ubnd.00154"; of the city by name
	Posts   map[string]string // ids by key: "van-thu"; of a ward "chu-tich.00154"
	Persons map[string]string // ids of persons by the key of their first post
}

// Player returns a player by login.
func (p People) Player(login string) (Player, bool) {
	for _, x := range p.Players {
		if x.Login == login {
			return x, true
		}
	}
	return Player{}, false
}

// Actor is a player acting as his post at a moment.
func (p People) Actor(tx *db.Tx, login string, now, wall instant.Micros) (auth.Actor, error) {
	x, ok := p.Player(login)
	if !ok {
		return auth.Actor{}, fmt.Errorf("demo: no player %q", login)
	}
	posts, err := org.ActingIn(tx, x.Person, now)
	if err != nil {
		return auth.Actor{}, err
	}
	for _, a := range posts {
		if a.Post.ID == x.Post {
			return auth.Actor{
				Account: x.Login, Person: x.Person, Name: x.Name, Post: x.Post, PostTitle: a.Title, Office: x.Office,
				UnitPath: x.UnitPath, Grants: a.Grants, Now: now, Wall: wall, Lang: "vi",
			}, nil
		}
	}
	return auth.Actor{}, fmt.Errorf("demo: %s holds no such post", login)
}

// players are the logins with the posts they begin as.
var players = []struct{ login, post string }{
	{"vanthu", "van-thu"},
	{"chanhvp", "chanh-vp-qu"},
	{"thuongtruc", "pho-bi-thu"},
	{"bithu", "bi-thu"},
	{"chutich", "chu-tich@ubnd"},
	{"diaban", "btv:truong-tuyen-giao"},
	{"vanthu.ubnd", "van-thu-ub"},
	{"chanhvp.ubnd", "chanh-vp-ub"},
	{"phongyte", "truong-y-te"},
	{"phongkinhte", "truong-kinh-te"},
	{"phongqldt", "truong-qldt"},
	{"cukhoi", "chu-tich.00154"},
	{"bithu.cukhoi", "bi-thu.00154"},
	{"canbo.cukhoi", "van-phong.00154"},
	{"thachban", "chu-tich.00148"},
	{"phucloi", "chu-tich.00136"},
	{"to1.cukhoi", "to-truong.00154.1"},
	{"tramyte.cukhoi", "tram-truong.00154"},
	{"xetnghiem", "truong-xn"},
	{"ktv.xetnghiem", "ktv-xn"},
	{"trucban", "truc-ban"},
	{"giamsat", "pct-hdnd"},
	{"quantri", "quan-tri"},
}

type postSpec struct {
	Key, Title string
	Roles      []auth.Role
	Deputy     bool
	Scope      string
	People     int
	Holders    []string
}

type officeSpec struct {
	Key, Kind, Line, Name, Short, Under string
	Aliases                             []string
	Posts                               []postSpec
	Head                                []string // short form: key and title of the one post
	Roles                               []auth.Role
}

func (o officeSpec) posts() []postSpec {
	if len(o.Head) < 2 {
		return o.Posts
	}
	roles := o.Roles
	if roles == nil {
		roles = []auth.Role{"unit_head"}
	}
	return []postSpec{{Key: o.Head[0], Title: o.Head[1], Roles: roles}}
}

type orgSpec struct {
	Wards         [][3]any
	City          []officeSpec
	District      []officeSpec
	Ward          []officeSpec
	CellsOf       []string `yaml:"cells_of"`
	Areas         map[string][]string
	Organisations map[string][]string
	Committee     []struct{ Key, Role, Duty string }
	Family        []string
	Men, Women    struct{ Middle, Given []string }
}

// Organisation writes the sample organisation as it stands at now and returns
// who is who.
func Organisation(ctx context.Context, store *db.DB, ids *id.Source, now instant.Micros) (People, error) {
	spec, err := readOrg()
	if err != nil {
		return People{}, err
	}
	b := newBuilder(spec, ids, now)
	b.build()
	by := auth.System(now, now)
	err = store.Write(ctx, func(tx *db.Tx) error { return org.Load(tx, by, b.batch) })
	if err != nil {
		return People{}, fmt.Errorf("demo: organisation: %w", err)
	}
	return b.people(), nil
}

func readOrg() (spec orgSpec, err error) {
	if err = yaml.Unmarshal(orgYAML, &spec); err != nil {
		err = fmt.Errorf("demo: org.yaml: %w", err)
	}
	return spec, err
}

// builder puts the batch together. Records are found by keys: an office
// "ubnd.00154", a post "chu-tich.00154", a person by the first post held.
type builder struct {
	spec  orgSpec
	ids   *id.Source
	now   instant.Micros
	since instant.Micros // when everything began
	names *namer
	batch org.Batch

	office map[string]string
	post   map[string]string
	person map[string]string
	at     map[string]int // index of persons in the batch
}

func newBuilder(spec orgSpec, ids *id.Source, now instant.Micros) *builder {
	return &builder{
		spec: spec, ids: ids, now: now, since: date(2021, 1, 1), names: newNamer(spec),
		batch:  org.Batch{Aliases: map[string][]string{}},
		office: map[string]string{}, post: map[string]string{}, person: map[string]string{}, at: map[string]int{},
	}
}

func (b *builder) build() {
	b.unit("", "01", "01", "province", "Thành phố Hà Nội")
	b.unit("01", "01-004", "004", "district", "Quận Long Biên")
	for _, o := range b.spec.City {
		o.Key = o.Name
		b.add("01", "", o)
	}
	for _, o := range b.spec.District {
		b.add("01-004", "", o)
	}
	b.standing()
	for _, w := range b.spec.Wards {
		b.ward(fmt.Sprint(w[0]), fmt.Sprint(w[1]), w[2].(int))
	}
	b.responsibilities()
	b.committees()
	b.duty()
	b.hotlines()
}

func (b *builder) unit(parent, id, code, tier, name string) {
	b.batch.Units = append(b.batch.Units, org.Unit{ID: id, Parent: parent, Code: code, Tier: tier, Name: name, Period: org.Period{From: b.since}})
}

// add makes an office with its posts and their holders; suffix is the ward's.
func (b *builder) add(unit, suffix string, o officeSpec) {
	id := b.ids.New()
	b.office[o.Key+suffix] = id
	b.batch.Offices = append(b.batch.Offices, org.Office{
		ID: id, Unit: unit, Kind: org.Kind(o.Kind), Line: org.Line(o.Line), Name: o.Name, ShortName: o.Short,
		Superior: b.office[o.Under+suffix], Period: org.Period{From: b.since},
	})
	if len(o.Aliases) > 0 {
		b.batch.Aliases[id] = o.Aliases
	}
	head := ""
	for i, p := range o.posts() {
		post := org.Post{ID: b.ids.New(), Office: id, Title: p.Title, Rank: i + 1, Head: i == 0, Roles: p.Roles,
			Scope: p.Scope, Level: level(p.Roles), Period: org.Period{From: b.since}}
		if i == 0 {
			head = post.ID
		}
		if p.Deputy {
			post.Deputises = head
		}
		b.batch.Posts = append(b.batch.Posts, post)
		b.hold(post.ID, o.Key, suffix, p)
	}
}

// hold fills a post: with new people, with the holder of another post ("= key"),
// or with the holders of several.
func (b *builder) hold(post, office, suffix string, p postSpec) {
	if other, same := strings.CutPrefix(p.Key, "= "); same {
		b.post[other+"@"+office+suffix] = post
		b.appoint(post, b.person[other+suffix])
		return
	}
	b.post[p.Key+suffix] = post
	for n := range max(p.People, 1) {
		if len(p.Holders) > 0 {
			return // in standing, when everybody is there
		}
		key := p.Key + suffix
		if n > 0 {
			key = fmt.Sprintf("%s#%d", key, n+1)
		}
		b.appoint(post, b.newPerson(key))
	}
}

func (b *builder) newPerson(key string) string {
	p := org.Person{ID: b.ids.New(), Name: b.names.next(), Phone: b.names.phone()}
	b.person[key], b.at[key] = p.ID, len(b.batch.People)
	b.batch.People = append(b.batch.People, p)
	return p.ID
}

func (b *builder) appoint(post, person string) {
	b.batch.Holdings = append(b.batch.Holdings, org.Holding{ID: b.ids.New(), Post: post, Person: person, Period: org.Period{From: b.since}})
}

// standing fills the Standing Committee with people who hold other posts.
func (b *builder) standing() {
	for _, o := range b.spec.District {
		for _, p := range o.posts() {
			for _, key := range p.Holders {
				b.appoint(b.post[p.Key], b.person[key])
			}
		}
	}
	member := org.Post{ID: b.ids.New(), Office: b.office["thuong-truc"], Title: "Thường trực Quận ủy", Rank: 1, Head: true,
		Roles: org.Roles{"leader"}, Level: auth.Personal, Period: org.Period{From: b.since}}
	b.batch.Posts = append(b.batch.Posts, member)
	for _, key := range []string{"pho-bi-thu", "bi-thu", "chu-tich"} {
		b.appoint(member.ID, b.person[key])
	}
}

func level(roles []auth.Role) auth.Sensitivity {
	if len(roles) == 0 || slices.Contains(roles, "team_member") || slices.Contains(roles, "supervisor") && len(roles) == 1 {
		return auth.Internal
	}
	if slices.Contains(roles, "police") {
		return auth.Restricted
	}
	return auth.Personal
}

// ward makes a ward with its offices, neighbourhood groups and, where the
// sample has them, Party cells and community teams.
func (b *builder) ward(code, name string, groups int) {
	unit, suffix := "01-004-"+code, "."+code
	b.unit("01-004", unit, code, "ward", "Phường "+name)
	for _, o := range b.spec.Ward {
		o.Name, o.Short = strings.ReplaceAll(o.Name, "{name}", name), strings.ReplaceAll(o.Short, "{name}", name)
		b.add(unit, suffix, o)
	}
	cells := slices.Contains(b.spec.CellsOf, code)
	for n := 1; n <= groups; n++ {
		group := fmt.Sprintf("%s-t%02d", unit, n)
		b.unit(unit, group, "", "group", fmt.Sprintf("Tổ dân phố %d", n))
		where := fmt.Sprintf("Tổ dân phố %d phường %s", n, name)
		b.add(group, fmt.Sprintf("%s.%d", suffix, n), officeSpec{Key: "to", Kind: string(org.Group), Line: "state",
			Name: where, Short: fmt.Sprintf("Tổ %d P. %s", n, name), Head: []string{"to-truong", "Tổ trưởng tổ dân phố"}, Roles: []auth.Role{"team_member"}})
		if !cells {
			continue
		}
		b.add(group, fmt.Sprintf("%s.%d", suffix, n), officeSpec{Key: "chi-bo", Kind: string(org.PartyCell), Line: "party",
			Name: "Chi bộ " + where, Head: []string{"bi-thu-chi-bo", "Bí thư chi bộ"}, Roles: []auth.Role{"team_member"}})
		b.add(group, fmt.Sprintf("%s.%d", suffix, n), officeSpec{Key: "to-covid", Kind: string(org.Team), Line: "state",
			Name: "Tổ Covid-19 cộng đồng " + where, Head: []string{"= to-truong", "Tổ trưởng"}, Roles: []auth.Role{"team_member"}})
	}
}

// responsibilities gives the members of the Standing Committee their wards and
// Party organisations.
func (b *builder) responsibilities() {
	const basis = "Thông báo phân công của Ban Thường vụ Quận ủy, tháng 6/2021 (số liệu diễn tập)"
	for _, member := range keys(b.spec.Areas) {
		for _, code := range b.spec.Areas[member] {
			b.batch.Responsibilities = append(b.batch.Responsibilities, org.Responsibility{ID: b.ids.New(), Post: b.post["btv"], Person: b.person[member],
				Territory: WardPath(code), Organisation: b.office["dang-uy."+code], Role: "phụ trách", Basis: basis, Period: org.Period{From: b.since}})
		}
	}
	for _, member := range keys(b.spec.Organisations) {
		for _, office := range b.spec.Organisations[member] {
			b.batch.Responsibilities = append(b.batch.Responsibilities, org.Responsibility{ID: b.ids.New(), Post: b.post["btv"], Person: b.person[member],
				Organisation: b.office[office], Role: "theo dõi", Basis: basis, Period: org.Period{From: b.since}})
		}
	}
}

func keys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// people lists who plays whom.
func (b *builder) people() People {
	p := People{Offices: b.office, Posts: b.post, Persons: b.person}
	posts, offices := map[string]org.Post{}, map[string]org.Office{}
	for _, x := range b.batch.Posts {
		posts[x.ID] = x
	}
	for _, x := range b.batch.Offices {
		offices[x.ID] = x
	}
	for _, x := range players {
		postKey, personKey := x.post, x.post
		if post, person, two := strings.Cut(x.post, ":"); two {
			postKey, personKey = post, person
		}
		personKey, _, _ = strings.Cut(personKey, "@")
		post := posts[b.post[postKey]]
		office := offices[post.Office]
		player := Player{Login: x.login, Person: b.person[personKey], Post: post.ID, Office: office.ID,
			UnitPath: b.pathOf(office.Unit), Title: post.Title + " · " + office.ShortName, Name: b.batch.People[b.at[personKey]].Name}
		if len(post.Roles) > 0 {
			player.Role = post.Roles[0]
		}
		p.Players = append(p.Players, player)
	}
	return p
}

func (b *builder) pathOf(unit string) string {
	for _, u := range b.batch.Units {
		if u.ID == unit {
			if u.Parent == "" {
				return "/" + u.ID + "/"
			}
			return b.pathOf(u.Parent) + u.ID + "/"
		}
	}
	return ""
}
