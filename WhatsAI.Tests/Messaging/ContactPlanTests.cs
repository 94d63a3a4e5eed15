using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Inbound;

namespace WhatsAI.Tests.Messaging;

public sealed class ContactPlanTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private static readonly Jid _phone = Jid.Parse("5511977770001@s.whatsapp.net");
    private static readonly Jid _lid = Jid.Parse("222333444555666@lid");
    private static readonly Dictionary<(IdentityKind, string), KnownContact> _nobody = [];

    [Fact]
    public void A_stranger_named_by_both_addresses_is_one_contact_with_two_identities()
    {
        var plan = ContactPlan.Make([new PersonSeen(_lid, _phone, "Ana")], _nobody, _now);

        plan.NewContacts.ShouldHaveSingleItem().ShouldBe(new KnownContact(plan.NewContacts[0].Id, "Ana", "+5511977770001"));
        plan.NewIdentities.Count.ShouldBe(2);
    }

    [Fact]
    public void The_same_stranger_twice_in_a_batch_is_one_contact() =>
        ContactPlan
            .Make([new PersonSeen(_phone, null, "Ana"), new PersonSeen(_phone, _lid, null)], _nobody, _now)
            .NewContacts.Count.ShouldBe(1);

    [Fact]
    public void Two_known_contacts_that_turn_out_to_be_one_are_joined_in_the_one_with_the_phone()
    {
        var (byPhone, byLid) = (Known("+5511977770001"), Known(null));
        var known = new Dictionary<(IdentityKind, string), KnownContact>
        {
            [(IdentityKind.Phone, "+5511977770001")] = byPhone,
            [(IdentityKind.Lid, "222333444555666")] = byLid,
        };

        ContactPlan.Make([new PersonSeen(_lid, _phone, null)], known, _now).Merges.ShouldBe([(byLid.Id, byPhone.Id)]);
    }

    [Fact]
    public void A_phone_learned_later_is_added_to_the_contact_known_by_its_hidden_id()
    {
        var byLid = Known(null);
        var known = new Dictionary<(IdentityKind, string), KnownContact> { [(IdentityKind.Lid, "222333444555666")] = byLid };

        var plan = ContactPlan.Make([new PersonSeen(_lid, _phone, null)], known, _now);

        plan.Updates.ShouldBe([byLid with { Phone = "+5511977770001" }]);
        plan.NewIdentities.Values.ShouldBe([byLid.Id]);
    }

    [Fact]
    public void Contacts_are_changed_in_one_order_whoever_speaks_first()
    {
        var jids = Enumerable.Range(0, 20).Select(n => Jid.Parse($"55119777{n:D5}@s.whatsapp.net")).ToList();
        var known = jids.ToDictionary(j => (IdentityKind.Phone, j.Phone!.Value), j => Known(j.Phone!.Value));

        var plan = ContactPlan.Make(jids.Select(j => new PersonSeen(j, null, "Outro nome")), known.Reverse().ToDictionary(), _now);

        plan.Updates.Count.ShouldBe(20);
        plan.Updates.Select(c => c.Id.Value).ShouldBeInOrder();
    }

    [Fact]
    public void Nothing_new_asks_for_nothing()
    {
        var known = new Dictionary<(IdentityKind, string), KnownContact>
        {
            [(IdentityKind.Phone, "+5511977770001")] = Known("+5511977770001"),
        };

        ContactPlan.Make([new PersonSeen(_phone, null, " ")], known, _now).IsEmpty.ShouldBeTrue();
    }

    private static KnownContact Known(string? phone) => new(Id.New<ContactId>(_now), "Ana", phone);
}
