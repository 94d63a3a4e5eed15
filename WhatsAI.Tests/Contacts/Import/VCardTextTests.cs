using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Import;

namespace WhatsAI.Tests.Contacts.Import;

public sealed class VCardTextTests
{
    [Fact]
    public void Card_is_as_every_phone_reads_it() =>
        VCardText
            .Write("Ana, a de cima; Lima", ["+5511955500142"], ["Ouro", "a,b"])
            .ShouldBe(
                """
                BEGIN:VCARD
                VERSION:3.0
                FN:Ana\, a de cima\; Lima
                N:;Ana\, a de cima\; Lima;;;
                TEL;TYPE=CELL:+5511955500142
                CATEGORIES:Ouro,a\,b
                END:VCARD

                """.ReplaceLineEndings("\r\n")
            );

    [Fact]
    public void Name_of_a_stranger_is_no_property()
    {
        var card = VCardText.Write("Ana\r\nTEL:666\nEND:VCARD", ["+5511955500142"], ["x\nTEL:667"]);

        Read(card).ShouldHaveSingleItem().Phones.ShouldBe(["+5511955500142"]);
    }

    [Fact]
    public void Who_has_no_name_is_called_by_his_number() => Read(VCardText.Write(null, ["+551"], [])).Single().Name.ShouldBe("+551");

    [Fact]
    public void Any_name_comes_back_as_it_was_and_no_line_is_too_long() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                ArbMap.Default.ArbFor<NonEmptyString>(),
                Gen.Choose(1, 30).ToArbitrary(),
                (name, times) =>
                {
                    var text = string.Concat(Enumerable.Repeat(name.Get, times));
                    var card = VCardText.Write(text, ["+5511955500142"], []);
                    card.Split("\r\n").ShouldAllBe(l => Encoding.UTF8.GetByteCount(l) <= 75);
                    var expected = OneLine.Clean(text);
                    Read(card).ShouldHaveSingleItem().Name.ShouldBe(expected.Length > 0 ? expected : "+5511955500142");
                }
            )
        );

    private static List<VCard> Read(string card)
    {
        var cards = new VCards(ImportEncoding.EightBit);
        return [.. cards.Read(Encoding.UTF8.GetBytes(card)), .. cards.End()];
    }
}
