using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Contacts;

internal static class ContactSamples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);
    public static readonly TenantId Tenant = new(Guid.Parse("00000001-0000-0000-0000-000000000001"));

    public static readonly ContactField City = Field("Cidade", FieldKind.Text);
    public static readonly ContactField Total = Field("Total no ano", FieldKind.Number);
    public static readonly ContactField LastOrder = Field("Último pedido", FieldKind.Date);
    public static readonly ContactField Size = Field("Porte", FieldKind.Choice, "Pequeno", "Médio", "Grande");
    public static readonly ContactField Vip = Field("VIP", FieldKind.YesNo);

    public static readonly IReadOnlyList<ContactField> AllFields = [City, Total, LastOrder, Size, Vip];

    public static ContactField Field(string name, FieldKind kind, params string[] options) =>
        new(Id.New<FieldId>(Now), Tenant, name, kind, options, Now);

    public static ContactId Contact(int n) => new(new Guid(n, 0, 0, new byte[8]));

    public static TagId Tag(int n) => new(new Guid(n, 1, 0, new byte[8]));

    public static string KeyOf(Action action) => Should.Throw<RuleException>(action).Key;
}
