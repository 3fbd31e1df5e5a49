// Package census makes a synthetic city out of real census figures: every
// person of every ward with household, neighbourhood group, place in walking
// order, sex, birth day, occupation and priority groups. Nobody in it exists.
// It serves demonstrations, tests and load.
//
// What it promises:
//
//   - Each ward has exactly the people that the table of wards says, scaled to
//     the total asked for by largest remainders; each district has the age
//     groups of the table of districts by age, within rounding.
//   - The same tables, plan and seed give the same people, whatever order the
//     wards are asked for in: a ward draws from a source of its own, so wards can
//     be made side by side ([City.People] may be called by many goroutines).
//   - One ward at a time is held in memory, never the city.
//
// Tables are CSV with a first row of names: one row a ward (province_code,
// district_code, ward_code, district, ward, total) and one a district
// (province_code, district_code, then 18 columns age_0_04 ... age_85+). The
// caller gives them; the binary holds none.
//
// Sources of what the tables do not say: the mean household of 3.58 persons and
// the share of 65.5 % with two to four are those of the Population and Housing
// Census of 1 April 2019 (General Statistics Office, 19 December 2019:
// 26,870,079 households); the other sizes fill the shape. 73 households a
// neighbourhood group is Ho Chi Minh City's figure of September 2021. Shares of
// sexes by age follow the same census (111.5 boys for 100 girls at birth, 99.1
// men for 100 women in all). Shares of occupations and priority groups are
// assumptions of this package, made to give each group a plausible size.
package census
