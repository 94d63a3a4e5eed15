using Bogus;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>A made-up contact and by what WhatsApp knows him.</summary>
internal sealed record DemoPerson(Contact Contact, ContactIdentity Identity)
{
    public string Name => Contact.Name ?? Contact.PushName ?? "";

    public string FirstName => Name.Split(' ')[0];
}

/// <summary>Brazilian names and mobile numbers of many area codes; some people are known by WhatsApp's hidden id alone.</summary>
internal static class DemoPeople
{
    private static readonly int[] _areas = [11, 11, 11, 12, 13, 15, 19, 21, 27, 31, 41, 47, 48, 51, 61, 62, 71, 81, 85, 91];

    private static readonly string[] _shops =
    [
        "Mercado",
        "Mercadinho",
        "Bar do",
        "Padaria",
        "Restaurante",
        "Lanchonete",
        "Empório",
        "Adega",
    ];

    public static List<DemoPerson> Make(TenantId tenant, int count, Faker faker, DateTimeOffset now) =>
        [.. Enumerable.Range(0, count).Select(i => One(tenant, i, faker, now))];

    private static DemoPerson One(TenantId tenant, int index, Faker faker, DateTimeOffset now)
    {
        var seen = now.AddDays(-faker.Random.Double(31, 200));
        var id = Id.New<ContactId>(seen);
        var person = faker.Name.FullName();
        var pushName = index % 5 == 3 ? $"{faker.PickRandom(_shops)} {faker.Name.LastName()}" : person;
        // Every fifteenth tells no phone number.
        var phone = index % 15 == 7 ? null : PhoneOf(index, faker);
        var lid = phone is null ? faker.Random.ReplaceNumbers("1##############") : "";
        var contact = new Contact
        {
            Id = id,
            TenantId = tenant,
            Name = index % 3 == 0 && phone is not null ? person : null,
            PushName = pushName,
            Phone = phone?.Value,
            CreatedAt = seen,
        };
        return new DemoPerson(
            contact,
            new ContactIdentity
            {
                TenantId = tenant,
                Kind = phone is null ? IdentityKind.Lid : IdentityKind.Phone,
                Value = phone?.Value ?? lid,
                ContactId = id,
                Jid = phone is null ? $"{lid}@lid" : $"{phone.Digits}@s.whatsapp.net",
                FirstSeenAt = seen,
            }
        );
    }

    // The index makes it unique.
    private static PhoneNumber PhoneOf(int index, Faker faker) =>
        PhoneNumber.Parse($"+55{faker.PickRandom(_areas)}9{faker.Random.Number(6000, 9999)}{index:D4}");
}
