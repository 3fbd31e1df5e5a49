package cohort

import (
	"phaodai/internal/instant"
	"phaodai/internal/rule"
)

// Schema is what one population can be asked. Populations, rules and snapshots
// of different schemas do not go together.
type Schema struct {
	// Epoch is the first day on which a sample, dose, symptom or arrival can
	// have been; an epidemic has one. Earlier days are refused.
	Epoch instant.Day
	// Layers are the classifications of areas, at most 16, as values of type
	// Text: "zone", "district_area".
	Layers []rule.Var
}

// MaxCount is the greatest number of doses, and of samples in one round, that is
// counted: 15 stands for 15 and more.
const MaxCount = 15

const maxLayers = 16

// The fixed columns. Behind them each round has one.
const (
	birthColumn     = iota // the first day that it can have been
	birthLastColumn        // the last; missing in wards where all birth days are known
	sexColumn
	residenceColumn
	occupationsColumn
	prioritiesColumn
	dosesColumn
	lastDoseColumn
	lastSampleColumn
	symptomsColumn
	arrivalColumn
	fixedColumns
)

// columnOf tells which column holds a value; wards and areas have none, and the
// samples of a round are in the round's own.
func columnOf(name string) (int, bool) {
	switch name {
	case "age":
		return birthColumn, true
	case "sex":
		return sexColumn, true
	case "residence":
		return residenceColumn, true
	case "occupations":
		return occupationsColumn, true
	case "priorities":
		return prioritiesColumn, true
	case "doses":
		return dosesColumn, true
	case "last_dose":
		return lastDoseColumn, true
	case "last_sample":
		return lastSampleColumn, true
	case "symptoms", "symptomatic":
		return symptomsColumn, true
	case "arrival":
		return arrivalColumn, true
	}
	return 0, false
}

// Kind is the family of rules about people with the values that they may name.
func (s Schema) Kind() rule.Kind {
	k := rule.Kind{Name: "people", Result: rule.Bool, Vars: []rule.Var{
		{Name: "age", Type: rule.Whole, Vi: "tuổi tròn", En: "age in whole years"},
		{Name: "sex", Type: rule.Text, Vi: "giới tính", En: "sex: male, female", Max: 40},
		{Name: "residence", Type: rule.Text, Vi: "diện cư trú", En: "kind of residence: permanent, temporary, arrival ...", Max: 40},
		{Name: "ward", Type: rule.Text, Vi: "mã phường, xã nơi ở", En: "code of the ward of the home", Max: 40},
		{Name: "areas", Type: rule.Texts, Vi: "mã các khu vực chứa nơi ở", En: "codes of all areas around the home, the ward among them", Max: 40},
	}}
	k.Vars = append(k.Vars, s.Layers...)
	k.Vars = append(k.Vars,
		rule.Var{Name: "occupations", Type: rule.Texts, Vi: "nhóm nghề nghiệp", En: "occupation groups", Max: maxNames},
		rule.Var{Name: "priorities", Type: rule.Texts, Vi: "nhóm ưu tiên", En: "priority groups", Max: maxNames},
		rule.Var{Name: "doses", Type: rule.Whole, Vi: "số mũi vắc xin đã tiêm", En: "doses of vaccine given, counted to 15"},
		rule.Var{Name: "last_dose", Type: rule.Day, Vi: "số ngày từ mũi vắc xin gần nhất", En: "calendar days since the last dose"},
		rule.Var{Name: "last_sample", Type: rule.Day, Vi: "số ngày từ lần lấy mẫu gần nhất", En: "calendar days since the last sample"},
		rule.Var{Name: "samples_in_round", Type: rule.Whole, Vi: "số lần lấy mẫu trong đợt", En: "samples taken in the round asked about, counted to 15"},
		rule.Var{Name: "symptoms", Type: rule.Day, Vi: "số ngày từ khi có triệu chứng", En: "calendar days since symptoms began"},
		rule.Var{Name: "symptomatic", Type: rule.Bool, Vi: "đang có triệu chứng", En: "has symptoms on the day"},
		rule.Var{Name: "arrival", Type: rule.Day, Vi: "số ngày từ khi đến nơi ở", En: "calendar days since arrival from elsewhere"},
	)
	return k
}

// layer is the number of a layer, or -1.
func (s Schema) layer(name string) int {
	for i, l := range s.Layers {
		if l.Name == name {
			return i
		}
	}
	return -1
}
