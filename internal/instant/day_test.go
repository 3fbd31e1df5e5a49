package instant_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"phaodai/internal/instant"
)

func TestADayIsTheCalendarDayOfTheZone(t *testing.T) {
	late := time.Date(2021, 9, 8, 23, 30, 0, 0, time.UTC)
	if got := instant.DayOf(late.In(instant.Vietnam())); got != instant.Date(2021, 9, 9) || got.String() != "2021-09-09" {
		t.Errorf("half past eleven in Greenwich is %s in Ha Noi", got)
	}
	if got := instant.Date(1969, 12, 31); got != -1 {
		t.Errorf("the day before the first is %d", got)
	}
}

func TestWhoIsBornOn29FebruaryGrowsOlderOn1March(t *testing.T) {
	birth := instant.Date(2004, 2, 29)
	for day, want := range map[instant.Day]int{
		instant.Date(2022, 2, 28): 17, instant.Date(2022, 3, 1): 18, instant.Date(2024, 2, 28): 19, instant.Date(2024, 2, 29): 20,
	} {
		if got := day.Age(birth); got != want {
			t.Errorf("on %s: %d years, want %d", day, got, want)
		}
	}
}

func TestYearsBeforeIsTheBorderOfAge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := instant.Day(rapid.Int32Range(-10_000, 60_000).Draw(t, "today"))
		years := rapid.IntRange(-3, 120).Draw(t, "years")
		border := today.YearsBefore(years)
		if today.Age(border) < years || today.Age(border+1) >= years {
			t.Fatalf("on %s, %d years: border %s", today, years, border)
		}
	})
}
