// Package house holds the rules of the house as tests: imports go downwards
// only, each module from outside has one owner, every package says what it is
// for, nobody below the edges asks the wall clock. Each rule has its reason
// beside it; who has a better one changes the rule, not the test's result.
package house
