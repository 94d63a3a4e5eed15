using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Contacts;

namespace WhatsAI.Tests.Contacts;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+55 11 97777-0001", "+5511977770001")]
    [InlineData("(11) 97777-0001", "+5511977770001")]
    [InlineData("011 97777 0001", "+5511977770001")]
    [InlineData("11 7777-0001", "+5511977770001")]
    [InlineData("5511977770001", "+5511977770001")]
    [InlineData("551177770001", "+5511977770001")]
    [InlineData("0055 11 7777-0001", "+5511977770001")]
    [InlineData("+55 31 8765-4321", "+5531987654321")]
    [InlineData("+55 11 3333-4444", "+551133334444")]
    [InlineData("1133334444", "+551133334444")]
    [InlineData("+1 212 555 1234", "+12125551234")]
    [InlineData("351912345678", "+351912345678")]
    [InlineData("+55 800 729 0722", "+558007290722")]
    [InlineData("+49 30 1234567", "+49301234567")]
    public void Parse_known_spelling_gives_canonical_number(string text, string expected) =>
        PhoneNumber.Parse(text).Value.ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("abc")]
    [InlineData("97777-0001")]
    [InlineData("12125551234")]
    [InlineData("+0551197777")]
    [InlineData("+5511977770001123456")]
    [InlineData("+55 11 97777-0001 ramal 2")]
    [InlineData("+55 11 97777-0001\0")]
    [InlineData("٠٥٥١١٩٧٧٧٧٠٠٠١")]
    [InlineData("+5511977770001+5511977770002")]
    public void Parse_something_else_is_refused(string? text) => PhoneNumber.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Parse_with_another_country_adds_its_code() =>
        PhoneNumber.TryParse("212 555 1234", out var number, "1").ShouldBeTrue(number?.Value);

    [Fact]
    public void Two_spellings_of_one_mobile_are_equal() =>
        PhoneNumber.Parse("+55 31 8765-4321").ShouldBe(PhoneNumber.Parse("31 98765-4321"));

    [Fact]
    public void Variants_of_a_mobile_have_both_forms() =>
        PhoneNumber.Parse("+55 31 98765-4321").Variants.ShouldBe(["5531987654321", "553187654321"]);

    [Theory]
    [InlineData("+55 11 3333-4444")]
    [InlineData("+55 11 95550-0142")]
    [InlineData("+351 912 345 678")]
    public void Variants_never_reach_into_another_number(string text) => PhoneNumber.Parse(text).Variants.Count.ShouldBe(1);

    [Theory]
    [InlineData("+5511955500142", "+55 11 95550-0142", "+55 11 *****-0142")]
    [InlineData("+551133334444", "+55 11 3333-4444", "+55 11 ****-4444")]
    [InlineData("+351912345678", "+351912345678", "+35******5678")]
    [InlineData("+4912345", "+4912345", "+49*2345")]
    public void Format_and_mask_show_what_they_may(string text, string shown, string masked)
    {
        var number = PhoneNumber.Parse(text);

        number.Format().ShouldBe(shown);
        number.Masked().ShouldBe(masked);
    }

    [Fact]
    public void Parse_any_text_never_throws_and_reads_back_what_it_wrote() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                (string? text) =>
                    !PhoneNumber.TryParse(text, out var number)
                    || (PhoneNumber.Parse(number.Value) == number && PhoneNumber.Parse(number.Format()) == number)
            )
        );

    [Fact]
    public void Every_variant_of_any_digits_leads_back_to_the_number() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Elements("55", "551", "5511", "5531", "1", "351")
                    .SelectMany(start => Gen.Choose(0, 999_999_999).Select(rest => start + rest))
                    .ToArbitrary(),
                digits =>
                    !PhoneNumber.TryFromDigits(digits, out var number)
                    || number.Variants.All(variant => PhoneNumber.TryFromDigits(variant, out var same) && same == number)
            )
        );
}
