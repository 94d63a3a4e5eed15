using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Contacts.Duplicates;

public sealed class MergeActionsTests : IAsyncLifetime
{
    private ContactWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await ContactWorld.CreateAsync();
        await _world.WithFieldsAsync();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task One_name_with_one_ending_is_shown_until_somebody_says_they_are_two()
    {
        var ana = await _world.ContactAsync("11955500142", "Ana Ribeiro");
        var there = await _world.ContactAsync("+351955500142", "ANA  RIBEIRO");
        await _world.ContactAsync("21955500142", "Outra Pessoa");

        var pair = (await PageAsync()).Rows.ShouldHaveSingleItem();

        (pair.Kept.Id, pair.Other.Id, pair.IsSure).ShouldBe((ana, there, false));
        await _world.DoAsync<MergeActions>(a => a.SayTwoAsync(there, ana, Ct));
        (await PageAsync()).Rows.ShouldBeEmpty();
        await _world.DoAsync<MergeActions>(a => a.AskAgainAsync(ana, there, Ct));
        (await PageAsync()).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Number_that_is_kept_in_two_spellings_is_sure_and_pages_lose_none()
    {
        for (var i = 0; i < DuplicateQueries.PageSize + 5; i++)
        {
            var one = await _world.ContactAsync($"1197777{i:D4}");
            await _world.OneAsync(
                """
                WITH twin AS (INSERT INTO contacts (id, tenant_id, phone, created_at) VALUES (gen_random_uuid(), $1, $2, now()) RETURNING id)
                INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at) SELECT $1, 'Phone', $2, id, 'x@s.whatsapp.net', now() FROM twin
                """,
                $"+55117777{i:D4}"
            );
            one.ShouldNotBe(default);
        }

        var first = await PageAsync();
        var second = await PageAsync(first.Next.ShouldNotBeNull());

        second.Next.ShouldBeNull();
        var pairs = first.Rows.Concat(second.Rows).ToList();
        pairs.ShouldAllBe(p => p.IsSure);
        pairs.Select(p => p.Kept.Id).Distinct().Count().ShouldBe(DuplicateQueries.PageSize + 5);
    }

    [Fact]
    public async Task Merge_carries_everything_and_its_undo_gives_it_back()
    {
        var (vip, gold) = (await _world.TagAsync("VIP"), await _world.TagAsync("Ouro"));
        var kept = await _world.ContactAsync("11955500142", null, ("cidade", "Osasco"));
        var other = await _world.ContactAsync("+351955500142", "Ana", ("cidade", "Lisboa"), ("vip", "sim"));
        await _world.DoAsync<ContactActions>(a => a.TagAsync([kept, other], vip, on: true, Ct));
        await _world.DoAsync<ContactActions>(a => a.TagAsync([other], gold, on: true, Ct));
        await OptAsync(other, ConsentState.OptedIn);

        var merge = await _world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(kept, other, Ct));

        var view = await _world.ViewAsync(kept);
        (view.OwnName, view.Consent.State, view.Consent.Basis).ShouldBe(("Ana", ConsentState.OptedIn, LegalBasis.Consent));
        view.Tags.ShouldBe([vip, gold], ignoreOrder: true);
        view.Fields["cidade"].ShouldBe(new FieldValue.Text("Osasco"));
        view.Fields["vip"].ShouldBe(new FieldValue.YesNo(true));
        // The whole history, the other one's word and the merge; his page leads to the one that stays.
        view.History.Select(h => h.Source).ShouldBe([ConsentSource.Merge, ConsentSource.Member]);
        (await _world.ViewAsync(other)).Id.ShouldBe(kept);
        (await IdentitiesAsync(kept)).ShouldBe(2L);
        (await _world.OneAsync("SELECT folded_fields ->> 'cidade' FROM contacts WHERE tenant_id = $1 AND id = $2", kept.Value)).ShouldBe(
            "osasco"
        );

        await _world.DoAsync<MergeActions>(a => a.UndoAsync(merge, Ct));

        view = await _world.ViewAsync(kept);
        (view.OwnName, view.Consent.State, view.Tags.Single(), view.Fields.Count).ShouldBe((null, ConsentState.Unknown, vip, 1));
        var again = await _world.ViewAsync(other);
        (again.Id, again.OwnName, again.Consent.State, again.Tags.Count, again.Fields.Count).ShouldBe(
            (other, "Ana", ConsentState.OptedIn, 2, 2)
        );
        (await IdentitiesAsync(kept)).ShouldBe(1L);
        (await IdentitiesAsync(other)).ShouldBe(1L);
        // Whoever took it back said that they are two.
        (await PageAsync()).Rows.ShouldBeEmpty();
        (await _world.RefusedAsync<MergeActions>(a => a.UndoAsync(merge, Ct))).ShouldBe("duplicate.not-undoable");
    }

    [Fact]
    public async Task Opt_out_of_either_holds_for_every_identity_and_one_said_since_holds_for_both()
    {
        var kept = await _world.ContactAsync("11955500142", "Ana");
        var other = await _world.ContactAsync("+351955500142", "Ana");
        await OptAsync(kept, ConsentState.OptedIn);
        await OptAsync(other, ConsentState.OptedOut);

        var merge = await _world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(kept, other, Ct));

        (await _world.ViewAsync(kept)).Consent.State.ShouldBe(ConsentState.OptedOut);
        (await SuppressedAsync()).ShouldBe(2L);
        await _world.DoAsync<MergeActions>(a => a.UndoAsync(merge, Ct));
        (await _world.ViewAsync(kept)).Consent.State.ShouldBe(ConsentState.OptedIn);
        (await _world.ViewAsync(other)).Consent.State.ShouldBe(ConsentState.OptedOut);
        (await SuppressedAsync()).ShouldBe(1L);

        await OptAsync(other, ConsentState.OptedIn);
        merge = await _world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(kept, other, Ct));
        await OptAsync(kept, ConsentState.OptedOut);
        await _world.DoAsync<MergeActions>(a => a.UndoAsync(merge, Ct));
        (await _world.ViewAsync(kept)).Consent.State.ShouldBe(ConsentState.OptedOut);
        (await _world.ViewAsync(other)).Consent.State.ShouldBe(ConsentState.OptedOut);
        (await SuppressedAsync()).ShouldBe(2L);
    }

    [Fact]
    public async Task Opt_out_of_the_kept_one_holds_for_what_comes_to_him_as_long_as_it_is_his()
    {
        var kept = await _world.ContactAsync("11955500142", "Ana");
        var other = await _world.ContactAsync("+351955500142", "Ana");
        await OptAsync(kept, ConsentState.OptedOut);

        var merge = await _world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(kept, other, Ct));
        (await SuppressedAsync()).ShouldBe(2L);
        await _world.DoAsync<MergeActions>(a => a.UndoAsync(merge, Ct));

        (await SuppressedAsync()).ShouldBe(1L);
        (await _world.ViewAsync(kept)).Consent.State.ShouldBe(ConsentState.OptedOut);
        (await _world.ViewAsync(other)).Consent.State.ShouldBe(ConsentState.Unknown);
    }

    [Fact]
    public async Task Undo_leaves_what_was_changed_since_and_is_refused_where_the_kept_one_is_anothers()
    {
        var (kept, other, third) = (
            await _world.ContactAsync("11955500142"),
            await _world.ContactAsync("+351955500142", "Ana"),
            await _world.ContactAsync("11955500143", "Bia")
        );
        var merge = await _world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(kept, other, Ct));
        await _world.DoAsync<ContactActions>(a => a.SaveAsync(kept, new ContactEdit("Ana", "Ana Maria", []), Ct));
        var second = await _world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(third, kept, Ct));

        (await _world.RefusedAsync<MergeActions>(a => a.UndoAsync(merge, Ct))).ShouldBe("duplicate.not-undoable");
        (await _world.ViewAsync(other)).Id.ShouldBe(third);
        await _world.DoAsync<MergeActions>(a => a.UndoAsync(second, Ct));
        await _world.DoAsync<MergeActions>(a => a.UndoAsync(merge, Ct));

        (await _world.ViewAsync(kept)).OwnName.ShouldBe("Ana Maria");
        (await _world.ViewAsync(other)).OwnName.ShouldBe("Ana");
        (await _world.ViewAsync(third)).OwnName.ShouldBe("Bia");
    }

    [Fact]
    public async Task Merge_is_for_who_manages_contacts_and_within_one_company()
    {
        var (one, two) = (await _world.ContactAsync("11955500142"), await _world.ContactAsync("11955500143"));
        var foreign = await new ContactWorld(_world.Services, await _world.Services.NewTenantAsync()).ContactAsync("11955500144");

        (await _world.RefusedAsync<MergeActions>(a => a.MergeAsync(one, foreign, Ct))).ShouldBe("duplicate.gone");
        (await _world.RefusedAsync<MergeActions>(a => a.MergeAsync(one, one, Ct))).ShouldBe("duplicate.gone");
        (await _world.RefusedAsync<MergeActions>(a => a.MergeAsync(one, two, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await _world.RefusedAsync<DuplicateQueries>(q => q.PageAsync(null, Ct), Role.Agent)).ShouldBe("permission.missing");
        await _world.DoAsync<MergeActions>(a => a.SayTwoAsync(one, foreign, Ct));
        (await _world.OneAsync("SELECT count(*) FROM contact_pairs WHERE tenant_id = $1")).ShouldBe(0L);
    }

    private Task<KeyPage<DuplicatePair, string>> PageAsync(string? after = null) =>
        _world.DoAsync<DuplicateQueries, KeyPage<DuplicatePair, string>>(q => q.PageAsync(after, Ct));

    private Task OptAsync(ContactId contact, ConsentState to) =>
        _world.DoAsync<ConsentActions, string?>(a =>
            a.RecordAsync(
                contact,
                new ConsentForm(
                    to,
                    TimeProvider.System.GetUtcNow(),
                    to == ConsentState.OptedIn ? LegalBasis.Consent : null,
                    "disse na loja"
                ),
                Ct
            )
        );

    private Task<object?> IdentitiesAsync(ContactId contact) =>
        _world.OneAsync("SELECT count(*) FROM contact_identities WHERE tenant_id = $1 AND contact_id = $2", contact.Value);

    private Task<object?> SuppressedAsync() => _world.OneAsync("SELECT count(*) FROM suppressions WHERE tenant_id = $1");
}
