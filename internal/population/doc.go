// Package population keeps the registry of residents in the population engine
// (internal/cohort) and answers rules over everybody: how many in every ward and
// area, and who they are in walking order.
//
// Guarantees: the database is the truth and the engine follows its change log;
// what a commit changed is counted within the poll of the log in every process,
// on SQLite at once. Classes of areas are those of the moment asked: they switch
// at the hour without anything having to run. After a crash the engine is loaded
// anew, or from a snapshot and the tail of the log. For whom a rule cannot be
// decided is a list of its own.
package population

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"phaodai/internal/cohort"
	"phaodai/internal/db"
	"phaodai/internal/instant"
	"phaodai/internal/people"
	"phaodai/internal/rule"
	"phaodai/internal/zoning"
)

// Service answers rules over the population. It is safe for concurrent use.
type Service struct {
	store  *db.DB
	board  *zoning.Board
	people *people.Service
	log    *slog.Logger
	zone   *time.Location
	rules  *cohort.Rules
	file   string // that keeps the engine; "" none

	following sync.Mutex // one who changes the engine
	engine    *cohort.Population
	areas     map[string]placed // by id, as the engine has them
	classes   classesAt
	kept      db.Cursor // up to where the file has come
}

// schema is what the population can be asked. The epidemic began in January
// 2020.
func schema() cohort.Schema {
	s := cohort.Schema{Epoch: instant.Date(2019, time.December, 1)}
	for _, l := range zoning.Layers() {
		s.Layers = append(s.Layers, rule.Var{Name: string(l), Type: rule.Text, Vi: layerNames[l][0], En: layerNames[l][1], Max: 40})
	}
	return s
}

var layerNames = map[zoning.Layer][2]string{
	zoning.EpiRisk:      {"cấp độ dịch nơi ở", "epidemic level of the home"},
	zoning.CityZone:     {"vùng của Thành phố nơi ở", "zone of the city of the home"},
	zoning.DistrictArea: {"khu vực của quận nơi ở: A01, A02, A03", "area class of the district of the home: A01, A02, A03"},
	zoning.Blocked:      {"nơi ở đang phong tỏa", "the home is in a blocked area"},
}

// Open loads the population. Follow keeps it in step.
func Open(ctx context.Context, store *db.DB, board *zoning.Board, residents *people.Service, log *slog.Logger) (*Service, error) {
	return OpenKept(ctx, store, board, residents, log, "")
}

// OpenKept takes the population up from a file that Keep wrote, and the tail of
// the change log; where the file cannot be used it is loaded.
func OpenKept(ctx context.Context, store *db.DB, board *zoning.Board, residents *people.Service, log *slog.Logger, file string) (*Service, error) {
	s := &Service{store: store, board: board, people: residents, log: log, zone: instant.Vietnam(), file: file}
	var err error
	if s.rules, err = schema().Rules(); err != nil {
		return nil, err
	}
	s.following.Lock()
	defer s.following.Unlock()
	if s.restore(ctx) {
		return s, nil
	}
	return s, s.load(ctx)
}
