package orgapi

import (
	"context"

	"phaodai/internal/api"
	"phaodai/internal/auth"
	"phaodai/internal/org"
)

func people(k *api.Kit, s *org.Service) {
	get(k, "find-people", "/people", "Search officers", func(ctx context.Context, by auth.Actor, in *search) (org.Found[org.PersonView], error) {
		f, err := in.find()
		if err != nil {
			return org.Found[org.PersonView]{}, err
		}
		return s.FindPeople(ctx, by, f)
	})
	get(k, "get-person", "/people/{id}", "An officer with his posts", func(ctx context.Context, by auth.Actor, in *one) (org.PersonView, error) {
		return s.Person(ctx, by, in.ID)
	})
	get(k, "my-area", "/my-area", "What the post acted as answers for", func(ctx context.Context, by auth.Actor, _ *empty) ([]org.AreaCard, error) {
		return s.MyArea(ctx, by)
	})
	add(k, "add-person", "/people", auth.OrgManage, "Add an officer", s.AddPerson)
	change(k, "change-person", "/people/{id}", auth.OrgRead, "Change an officer's name and how to reach him",
		func(in *org.PersonInput, id string) { in.ID = id }, s.ChangePerson)
	add(k, "add-post", "/posts", auth.OrgManage, "Make a post in an office", s.AddPost)
	get(k, "get-post", "/posts/{id}", "A post with its office, holders over time and responsibilities", func(ctx context.Context, by auth.Actor, in *one) (org.PostView, error) {
		return s.Post(ctx, by, in.ID)
	})
	change(k, "change-post", "/posts/{id}", auth.OrgManage, "Change a post's title, roles and scope",
		func(in *org.PostInput, id string) { in.ID = id }, s.ChangePost)
	end(k, "end-post", "/posts/{id}/end", auth.OrgManage, "End a post", s.EndPost)
	add(k, "appoint", "/holdings", auth.OrgManage, "Put a person into a post", s.Appoint)
	end(k, "relieve", "/holdings/{id}/end", auth.OrgManage, "End a person's holding of a post", s.Relieve)
	add(k, "assign-responsibility", "/responsibilities", auth.DutyManage, "Give a post a territory or Party organisation to answer for", s.Assign)
	end(k, "end-responsibility", "/responsibilities/{id}/end", auth.DutyManage, "End such a responsibility", s.EndResponsibility)
}

func end(k *api.Kit, id, path string, right auth.Right, summary string, do writeFunc[org.EndInput]) {
	change(k, id, path, right, summary, func(in *org.EndInput, id string) { in.ID = id }, do)
}
