using System.Diagnostics;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Contacts.Fields;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts.Duplicates;

public sealed class DuplicateTests
{
    private static readonly Consent _out = new(ConsentState.OptedOut, Now, null, ConsentSource.OptOutWord);

    [Fact]
    public void Two_spellings_of_one_number_are_one_person()
    {
        var group = DuplicateSearch
            .Find([One(1, "Ana", "+55 31 8765-4321"), One(2, "Bia", "+5511955500142"), One(3, null, "31 98765-4321")])
            .ShouldHaveSingleItem();

        group.Contacts.ShouldBe([Contact(1), Contact(3)]);
        (group.Proof, group.IsSure).ShouldBe((DuplicateProof.SameNumber, true));
    }

    [Fact]
    public void Landline_and_mobile_that_look_alike_are_two() =>
        DuplicateSearch.Find([One(1, "Ana", "+55 11 3333-4444"), One(2, "Bia", "+55 11 93333-4444")]).ShouldBeEmpty();

    [Fact]
    public void One_whatsapp_id_is_one_person()
    {
        var group = DuplicateSearch
            .Find([One(1, "Ana", "+5511955500142") with { Lids = ["77"] }, new(Contact(2), null, [], ["77"])])
            .Single();

        (group.Proof, group.IsSure).ShouldBe((DuplicateProof.SameId, true));
    }

    [Fact]
    public void Same_name_and_ending_is_only_likely()
    {
        var found = DuplicateSearch.Find([
            One(1, "José Silva", "+5511955500142"),
            One(2, "jose  silva", "95550-0142"),
            One(3, "Ana", "55500142"),
        ]);

        found.ShouldHaveSingleItem().Contacts.ShouldBe([Contact(1), Contact(2)]);
        found[0].IsSure.ShouldBeFalse();
    }

    [Fact]
    public void Chain_is_one_group_as_sure_as_its_weakest_link()
    {
        var group = DuplicateSearch
            .Find([
                One(1, "Ana", "+5511955500142"),
                One(2, null, "11 95550-0142") with
                {
                    Lids = ["9"],
                },
                new(Contact(3), "Eva Lima", ["+351912345678"], ["9"]),
                One(4, "eva lima", "912345678"),
            ])
            .ShouldHaveSingleItem();

        group.Contacts.Count.ShouldBe(4);
        group.IsSure.ShouldBeFalse();
    }

    [Fact]
    public void Contacts_without_anything_are_nobodys_duplicates() =>
        DuplicateSearch
            .Find([new(Contact(1), null, [], []), new(Contact(2), null, [], []), One(3, "Ana", "?"), One(4, "Ana", "?")])
            .ShouldBeEmpty();

    [Fact]
    public void Many_contacts_take_time_as_they_are_many()
    {
        var contacts = Enumerable.Range(0, 200_000).Select(i => One(i, "Ana", $"+5511{900_000_000 + (i / 2)}")).ToArray();
        var watch = Stopwatch.StartNew();

        DuplicateSearch.Find(contacts).Count.ShouldBe(100_000);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Merge_fills_what_is_missing_and_overwrites_nothing()
    {
        var kept = Side(1) with { Fields = Of(("cidade", "Osasco")), Tags = Tags(1), Identities = [(IdentityKind.Phone, "+551")] };
        var other = Side(2) with
        {
            Name = "Ana",
            Phone = "+552",
            Fields = Of(("cidade", "Santos"), ("bairro", "Centro")),
            Tags = Tags(1, 2),
            Identities = [(IdentityKind.Phone, "+551"), (IdentityKind.Lid, "9")],
            Consent = _out,
        };

        var plan = MergePlan.Of(kept, other);

        (plan.Kept, plan.Other, plan.Name, plan.Phone).ShouldBe((Contact(1), Contact(2), "Ana", "+552"));
        plan.FieldsFilled.ShouldBe(Of(("bairro", "Centro")));
        plan.FieldsLost.ShouldBe(["cidade"]);
        plan.TagsAdded.ShouldBe([Tag(2)]);
        plan.Identities.ShouldBe([(IdentityKind.Lid, "9")]);
        plan.Consent.ShouldBe(_out, "an opt-out of either holds");
    }

    [Fact]
    public void Merge_keeps_who_is_better_known_else_the_older()
    {
        var (old, known) = (Side(1), Side(2) with { Phone = "+551", CreatedAt = Now.AddDays(1) });

        MergePlan.Order(old, known).Kept.ShouldBe(known);
        MergePlan.Order(known, old).Kept.ShouldBe(known);
        MergePlan.Order(old, Side(3) with { CreatedAt = Now.AddDays(-1) }).Kept.Contact.ShouldBe(Contact(3));
    }

    [Fact]
    public void Undo_gives_back_exactly_what_the_merge_gave()
    {
        var (kept, other) = Pair();
        var plan = MergePlan.Of(kept, other);

        var undo = MergeUndo.Of(plan, Merged(kept, plan));

        var undone = Undone(Merged(kept, plan), undo);
        (undone.Name, undone.Phone, undone.Consent).ShouldBe((kept.Name, kept.Phone, kept.Consent));
        undone.Fields.ShouldBe(kept.Fields);
        undone.Tags.ShouldBe(kept.Tags, ignoreOrder: true);
        undone.Identities.ShouldBe(kept.Identities);
        undo.Identities.ShouldBe(plan.Identities);
        undo.OtherOptsOut.ShouldBeFalse();
    }

    [Fact]
    public void Undo_leaves_what_somebody_changed_since()
    {
        var (kept, other) = Pair();
        var plan = MergePlan.Of(kept, other);
        var now = Merged(kept, plan) with
        {
            Name = "Ana Maria",
            Fields = Of(("bairro", "Vila Nova")),
            Tags = Tags(),
            Identities = kept.Identities,
        };

        var undo = MergeUndo.Of(plan, now);

        (undo.ClearName, undo.ClearPhone).ShouldBe((false, true));
        undo.FieldsCleared.ShouldBeEmpty();
        undo.TagsRemoved.ShouldBeEmpty();
        undo.Identities.ShouldBeEmpty();
    }

    [Fact]
    public void Opt_out_since_the_merge_holds_for_both_after_the_undo()
    {
        var (kept, other) = Pair();
        var plan = MergePlan.Of(kept, other);

        var undo = MergeUndo.Of(plan, Merged(kept, plan) with { Consent = _out });

        (undo.KeptConsent, undo.OtherOptsOut).ShouldBe((_out, true));
    }

    private static (MergeSide Kept, MergeSide Other) Pair() =>
        (
            Side(1) with
            {
                Tags = Tags(1),
                Identities = [(IdentityKind.Phone, "+551")],
            },
            Side(2) with
            {
                Name = "Ana",
                Phone = "+552",
                Fields = Of(("bairro", "Centro")),
                Tags = Tags(1, 2),
                Identities = [(IdentityKind.Lid, "9")],
                Consent = new Consent(ConsentState.OptedIn, Now, LegalBasis.Consent, ConsentSource.Form),
            }
        );

    private static MergeSide Merged(MergeSide kept, MergePlan plan) =>
        kept with
        {
            Name = plan.Name ?? kept.Name,
            Phone = plan.Phone ?? kept.Phone,
            Fields = kept.Fields.Concat(plan.FieldsFilled).ToDictionary(),
            Tags = kept.Tags.Concat(plan.TagsAdded).ToHashSet(),
            Identities = [.. kept.Identities, .. plan.Identities],
            Consent = plan.Consent,
        };

    private static MergeSide Undone(MergeSide merged, MergeUndo undo) =>
        merged with
        {
            Name = undo.ClearName ? null : merged.Name,
            Phone = undo.ClearPhone ? null : merged.Phone,
            Fields = merged.Fields.Where(f => !undo.FieldsCleared.Contains(f.Key)).ToDictionary(),
            Tags = merged.Tags.Except(undo.TagsRemoved).ToHashSet(),
            Identities = [.. merged.Identities.Except(undo.Identities)],
            Consent = undo.KeptConsent,
        };

    private static DuplicateCandidate One(int n, string? name, string phone) => new(Contact(n), name, [phone], []);

    private static MergeSide Side(int n) =>
        new(Contact(n), null, null, new Dictionary<string, FieldValue>(), new HashSet<TagId>(), Consent.Unknown, [], Now);

    private static HashSet<TagId> Tags(params int[] numbers) => [.. numbers.Select(Tag)];

    private static Dictionary<string, FieldValue> Of(params (string Key, string Value)[] values) =>
        values.ToDictionary(v => v.Key, FieldValue (v) => new FieldValue.Text(v.Value));
}
