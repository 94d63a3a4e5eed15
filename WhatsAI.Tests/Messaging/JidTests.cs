using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Messaging;

public sealed class JidTests
{
    [Theory]
    [InlineData("5511977770001@s.whatsapp.net", JidKind.Phone, "5511977770001@s.whatsapp.net")]
    [InlineData("5511977770001@c.us", JidKind.Phone, "5511977770001@s.whatsapp.net")]
    [InlineData("5511977770001:12@s.whatsapp.net", JidKind.Phone, "5511977770001@s.whatsapp.net")]
    [InlineData("5511977770001_1:12@S.WhatsApp.net", JidKind.Phone, "5511977770001@s.whatsapp.net")]
    [InlineData("5511977770001", JidKind.Phone, "5511977770001@s.whatsapp.net")]
    [InlineData("222333444555666:3@lid", JidKind.Lid, "222333444555666@lid")]
    [InlineData("120363041234567890@g.us", JidKind.Group, "120363041234567890@g.us")]
    [InlineData("5511977770001-1500000000@g.us", JidKind.Group, "5511977770001-1500000000@g.us")]
    [InlineData("status@broadcast", JidKind.Status, "status@broadcast")]
    [InlineData("1234@broadcast", JidKind.Broadcast, "1234@broadcast")]
    [InlineData("120363@newsletter", JidKind.Newsletter, "120363@newsletter")]
    [InlineData("867051314767696@bot", JidKind.Other, "867051314767696@bot")]
    public void Parse_known_form_gives_kind_and_normal_form(string text, JidKind kind, string value)
    {
        var jid = Jid.Parse(text);

        jid.Kind.ShouldBe(kind);
        jid.Value.ShouldBe(value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@lid")]
    [InlineData("abc")]
    [InlineData("abc@s.whatsapp.net")]
    [InlineData("55119\u0000@s.whatsapp.net")]
    [InlineData("a@b@c")]
    [InlineData("5511977770001@s.whatsapp.net'; drop table")]
    [InlineData("١٢٣٤٥٦٧٨@s.whatsapp.net")]
    public void Parse_something_else_is_refused(string? text) => Jid.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Phone_of_an_address_without_ninth_digit_is_canonical_while_the_address_stays()
    {
        var jid = Jid.Parse("553187654321@s.whatsapp.net");

        jid.Phone.ShouldBe(PhoneNumber.Parse("+55 31 98765-4321"));
        jid.User.ShouldBe("553187654321");
    }

    [Fact]
    public void Phone_of_a_lid_is_unknown() => Jid.Parse("5511977770001@lid").Phone.ShouldBeNull();

    [Fact]
    public void Parse_any_text_never_throws_and_is_stable() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll((string? user, string? server) => !Jid.TryParse(user + "@" + server, out var jid) || Jid.Parse(jid.Value) == jid)
        );
}
