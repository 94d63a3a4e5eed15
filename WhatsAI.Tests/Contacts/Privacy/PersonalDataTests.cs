using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Privacy;

namespace WhatsAI.Tests.Contacts.Privacy;

public sealed class PersonalDataTests
{
    private static readonly byte[] _key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void Everything_that_is_kept_of_a_person_has_its_place_in_both_rights() =>
        PersonalDataRules.All.Select(r => r.Data).ShouldBe(Enum.GetValues<PersonalData>(), ignoreOrder: true);

    [Fact]
    public void Nothing_of_a_person_can_go_out_or_come_back_while_he_is_erased()
    {
        var order = PersonalDataRules.All.Select(r => r.Data).ToList();

        order[0].ShouldBe(PersonalData.Suppression, "who is erased by half is not written to");
        order.IndexOf(PersonalData.QueuedMessages).ShouldBeLessThan(order.IndexOf(PersonalData.Identities));
        order[^1].ShouldBe(PersonalData.NamesAndPicture, "an erasure that was broken off can be found and finished");
    }

    [Fact]
    public void Erased_number_is_recognized_in_both_spellings_and_only_with_the_key()
    {
        var hash = ErasedIdentity.HashOf(IdentityKind.Phone, PhoneNumber.Parse("31 8765-4321").Value, _key);

        hash.ShouldBe(ErasedIdentity.HashOf(IdentityKind.Phone, PhoneNumber.Parse("+55 31 98765-4321").Value, _key));
        hash.ShouldNotBe(ErasedIdentity.HashOf(IdentityKind.Lid, PhoneNumber.Parse("31 8765-4321").Value, _key));
        hash.ShouldNotBe(ErasedIdentity.HashOf(IdentityKind.Phone, PhoneNumber.Parse("31 8765-4321").Value, new byte[32]));
        hash.ShouldNotContain("98765");
        Should.Throw<ArgumentException>(() => ErasedIdentity.HashOf(IdentityKind.Phone, "+551", new byte[31]));
    }
}
