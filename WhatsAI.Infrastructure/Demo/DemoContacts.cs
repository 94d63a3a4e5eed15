using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Infrastructure.Contacts.Tags;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What a distributor knows of its customers: fields, tags, consent and segments; and two of them twice.</summary>
internal sealed class DemoContacts(TenantId tenant, UserId owner, DateTimeOffset now)
{
    private static readonly string[] _cities = ["São Paulo", "Osasco", "Santos", "Campinas", "Guarulhos", "Jundiaí"];
    private static readonly string[] _sizes = ["Pequeno", "Médio", "Grande"];

    private readonly ContactField _city = Field(tenant, "Cidade", FieldKind.Text, [], now, 0);
    private readonly ContactField _size = Field(tenant, "Porte", FieldKind.Choice, _sizes, now, 1);
    private readonly ContactField _year = Field(tenant, "Total no ano", FieldKind.Number, [], now, 2);
    private readonly ContactField _since = Field(tenant, "Cliente desde", FieldKind.Date, [], now, 3);

    private readonly Tag[] _tags =
    [
        .. new[] { ("Cliente ouro", 3), ("Revendedor", 1), ("Eventos", 6), ("Inadimplente", 7), ("Zona leste", 4) }.Select(
            (t, i) => new Tag(Id.New<TagId>(now, i), tenant, t.Item1, t.Item2, now)
        ),
    ];

    public TagId Tag(string name) => _tags.Single(t => t.Name == name).Id;

    /// <summary>The person as the company knows him: by his place in the list, so that everything else stays as it was.</summary>
    public DemoPerson Known(DemoPerson person, int index)
    {
        var values = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        if (index % 4 != 3)
        {
            values[_city.Key] = new FieldValue.Text(_cities[index % _cities.Length]);
        }

        if (index % 3 != 2)
        {
            values[_size.Key] = new FieldValue.Choice(_sizes[index % _sizes.Length]);
            values[_year.Key] = new FieldValue.Number(480m + (index * 7_919 % 24_000));
        }

        if (index % 5 == 0)
        {
            values[_since.Key] = new FieldValue.Date(DateOnly.FromDateTime(person.Contact.CreatedAt.UtcDateTime));
        }

        var said = SaidOf(person, index);
        var known = person.Contact;
        return person with
        {
            Contact = new Contact
            {
                Id = known.Id,
                TenantId = known.TenantId,
                Name = known.Name,
                PushName = known.PushName,
                Phone = known.Phone,
                PictureId = known.PictureId,
                CreatedAt = known.CreatedAt,
                Values = FieldValues.Write(values),
                FoldedValues = FieldValues.WriteFolded(values),
                ConsentState = said?.To ?? ConsentState.Unknown,
                ConsentSince = said?.SaidAt,
                ConsentBasis = said?.Basis,
                ConsentSource = said?.Source,
            },
        };
    }

    public IEnumerable<object> Rows(IReadOnlyList<DemoPerson> people) =>
        [
            _city,
            _size,
            _year,
            _since,
            .. _tags,
            .. Segments(),
            .. people.SelectMany(
                (p, i) =>
                    TagsOf(i)
                        .Select(t => new ContactTag
                        {
                            TenantId = tenant,
                            ContactId = p.Contact.Id,
                            TagId = t,
                        })
            ),
            .. people.Where(p => p.Contact.ConsentSince is not null).Select(Line),
            .. people
                .Where(p => p.Contact.ConsentState == ConsentState.OptedOut)
                .Select(p => new Suppression
                {
                    TenantId = tenant,
                    Kind = p.Identity.Kind,
                    Value = p.Identity.Value,
                    Reason = "opt-out",
                    Since = p.Contact.ConsentSince!.Value,
                }),
            .. people.Where(p => p.Contact is { Name: not null, Phone: not null }).Take(2).SelectMany(Twin),
        ];

    private IEnumerable<TagId> TagsOf(int index) => _tags.Where((_, i) => (index + (i * 3)) % 7 == 0).Select(t => t.Id);

    private static ConsentNews? SaidOf(DemoPerson person, int index)
    {
        var at = person.Contact.CreatedAt.AddDays(3);
        return (index % 10) switch
        {
            0 or 4 or 6 => new ConsentNews(ConsentState.OptedIn, at, ConsentSource.Form, LegalBasis.Consent, "Formulário do site, março"),
            2 => new ConsentNews(ConsentState.OptedIn, at, ConsentSource.Import, LegalBasis.Contract, "Pedido assinado · clientes.csv:120"),
            9 when person.Contact.Phone is not null => new ConsentNews(ConsentState.OptedOut, at, ConsentSource.OptOutWord),
            _ => null,
        };
    }

    private ConsentChange Line(DemoPerson person) =>
        new()
        {
            TenantId = tenant,
            ContactId = person.Contact.Id,
            From = ConsentState.Unknown,
            To = person.Contact.ConsentState,
            SaidAt = person.Contact.ConsentSince!.Value,
            Source = person.Contact.ConsentSource!.Value,
            Basis = person.Contact.ConsentBasis,
            Proof =
                person.Contact.ConsentSource == ConsentSource.Form ? "Formulário do site, março"
                : person.Contact.ConsentSource == ConsentSource.Import ? "Pedido assinado · clientes.csv:120"
                : null,
            ById = person.Contact.ConsentSource == ConsentSource.Import ? owner : null,
            ByName = person.Contact.ConsentSource == ConsentSource.Import ? "Ana Ribeiro" : null,
            At = person.Contact.ConsentSince!.Value,
        };

    private IEnumerable<object> Segments()
    {
        var fields = new[] { _city, _size, _year, _since }.ToDictionary(f => f.Key, StringComparer.Ordinal);
        var catalog = new SegmentCatalog(fields, _tags.Select(t => t.Id).ToHashSet(), new HashSet<Guid>());
        (string Name, SegmentRule Rule)[] rules =
        [
            (
                "Ouro que aceitou mensagens",
                new SegmentRule.All([new SegmentRule.HasTag(_tags[0].Id), new SegmentRule.ConsentIs(ConsentState.OptedIn)])
            ),
            (
                "Grandes da capital",
                new SegmentRule.All([
                    new SegmentRule.FieldIs(_size.Key, new FieldTest.OneOf(["Grande"])),
                    new SegmentRule.PhoneStarts("+5511"),
                ])
            ),
        ];
        return rules.Select((r, i) => new Segment(Id.New<SegmentId>(now, i), tenant, r.Name, r.Rule, catalog, now));
    }

    /// <summary>The same name and ending with another area: typed once more by somebody.</summary>
    private IEnumerable<object> Twin(DemoPerson person)
    {
        var phone = PhoneNumber.Parse("+351" + person.Contact.Phone![^9..]);
        var id = Id.New<ContactId>(now);
        yield return new Contact
        {
            Id = id,
            TenantId = tenant,
            Name = person.Contact.Name,
            Phone = phone.Value,
            CreatedAt = now.AddDays(-2),
        };
        yield return new ContactIdentity
        {
            TenantId = tenant,
            Kind = IdentityKind.Phone,
            Value = phone.Value,
            ContactId = id,
            Jid = Jid.Of(phone).Value,
            FirstSeenAt = now.AddDays(-2),
        };
    }

    private static ContactField Field(
        TenantId tenant,
        string name,
        FieldKind kind,
        IReadOnlyList<string> options,
        DateTimeOffset now,
        int index
    ) => new(Id.New<FieldId>(now, index), tenant, name, kind, options, now.AddSeconds(index));
}
