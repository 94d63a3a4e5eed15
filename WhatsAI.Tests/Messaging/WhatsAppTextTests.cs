using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Messaging;

public sealed class WhatsAppTextTests
{
    [Theory]
    [InlineData("*bold*", "bold", TextStyles.Bold)]
    [InlineData("_italic_", "italic", TextStyles.Italic)]
    [InlineData("~strike~", "strike", TextStyles.Strike)]
    [InlineData("`mono`", "mono", TextStyles.Mono)]
    [InlineData("*_both_*", "both", TextStyles.Bold | TextStyles.Italic)]
    [InlineData("*_~all~_*", "all", TextStyles.Bold | TextStyles.Italic | TextStyles.Strike)]
    public void Mark_gives_its_look(string text, string inside, TextStyles styles) =>
        WhatsAppText.Parse(text).ShouldBe([new TextSpan(inside, styles)]);

    [Theory]
    [InlineData("2*3*4 = 24")]
    [InlineData("snake_case_name")]
    [InlineData("* not a list *")]
    [InlineData("*open")]
    [InlineData("**")]
    [InlineData("a ~ b ~ c")]
    [InlineData("*over\nlines*")]
    [InlineData("```no end")]
    public void What_is_no_mark_stays_as_typed(string text) => WhatsAppText.Parse(text).ShouldBe([new TextSpan(text)]);

    [Fact]
    public void Marks_stand_between_words() =>
        WhatsAppText
            .Parse("Oi *Ana*, tudo _bem_?")
            .ShouldBe([
                new TextSpan("Oi "),
                new TextSpan("Ana", TextStyles.Bold),
                new TextSpan(", tudo "),
                new TextSpan("bem", TextStyles.Italic),
                new TextSpan("?"),
            ]);

    [Fact]
    public void Inside_mono_and_code_nothing_is_a_mark()
    {
        WhatsAppText.Parse("`*a*`").ShouldBe([new TextSpan("*a*", TextStyles.Mono)]);
        WhatsAppText
            .Parse("x ```*a*\nhttp://b.c``` y")
            .ShouldBe([new TextSpan("x "), new TextSpan("*a*\nhttp://b.c", TextStyles.Mono, Block: true), new TextSpan(" y")]);
    }

    [Theory]
    [InlineData("https://a.example/x?y=1#z", "https://a.example/x?y=1#z")]
    [InlineData("http://a.example", "http://a.example")]
    [InlineData("www.a.example", "https://www.a.example")]
    [InlineData("https://pt.wikipedia.org/wiki/A_(b)", "https://pt.wikipedia.org/wiki/A_(b)")]
    public void Address_becomes_a_link(string text, string link) => WhatsAppText.Parse(text).ShouldBe([new TextSpan(text, Link: link)]);

    [Fact]
    public void Punctuation_after_an_address_is_not_part_of_it() =>
        WhatsAppText
            .Parse("(veja https://a.example/b_c.)")
            .ShouldBe([new TextSpan("(veja "), new TextSpan("https://a.example/b_c", Link: "https://a.example/b_c"), new TextSpan(".)")]);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("https://")]
    [InlineData("https://user:secret@a.example/")]
    [InlineData("https://localhost")]
    [InlineData("xhttps://a.example")]
    [InlineData("file:///etc/passwd")]
    public void What_is_no_safe_address_stays_text(string text) => WhatsAppText.Parse(text).ShouldAllBe(span => span.Link == null);

    [Fact]
    public void Direction_and_zero_width_signs_end_an_address()
    {
        var spans = WhatsAppText.Parse("https://a.example/\u202Egpj.exe");

        spans[0].Link.ShouldBe("https://a.example/");
        string.Concat(spans.Select(s => s.Text)).ShouldBe("https://a.example/\u202Egpj.exe");
    }

    [Fact]
    public void Words_are_never_lost_or_made_up()
    {
        string[] parts = ["*", "_", "~", "`", "```", "a", " ", "\n", "https://a.example", "(", ")", "é", "👍", "\u200b"];
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => parts[random.Next(parts.Length)]));
            var spans = WhatsAppText.Parse(text);

            Plain(string.Concat(spans.Select(s => s.Text))).ShouldBe(Plain(text));
        }

        static string Plain(string text) => new([.. text.Where(c => !"*_~`\n".Contains(c))]);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("*a ")]
    [InlineData("http://")]
    [InlineData("`_~*")]
    [InlineData("```")]
    [InlineData("*_a")]
    [InlineData("http://a.b:x/")]
    public async Task Time_grows_with_the_length_and_no_faster(string part)
    {
        // Twenty times the longest message: were any part of it read again and again, the test would not end.
        var text = string.Concat(Enumerable.Repeat(part, 20 * MessageLimits.Text / part.Length));

        await Task.Run(() => WhatsAppText.Parse(text)).WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData("👍", true)]
    [InlineData("👍🏽 ❤️ 🇧🇷", true)]
    [InlineData("👨‍👩‍👧‍👦", true)]
    [InlineData("✅", true)]
    [InlineData("😀😀😀😀", false)]
    [InlineData("ok 👍", false)]
    [InlineData("1", false)]
    [InlineData("", false)]
    [InlineData("   ", false)]
    public void Only_a_few_emoji_alone_are_large(string text, bool big) => EmojiText.IsBig(text).ShouldBe(big);

    [Theory]
    [InlineData("", true)]
    [InlineData(" \n\t\u00A0", true)]
    [InlineData("\u200B\u200D\u2060\uFEFF", true)]
    [InlineData("\u202E\u2066 \u200F", true)]
    [InlineData("\u2800\u3164\uFE0F\u00AD", true)]
    [InlineData("\u202E.", false)]
    [InlineData("❤️", false)]
    [InlineData("\uD800", false)]
    public void Text_of_which_nothing_can_be_seen_is_blank(string text, bool blank) => WhatsAppText.IsBlank(text).ShouldBe(blank);

    [Fact]
    public void Limits_are_those_of_WhatsApp()
    {
        MessageLimits.CheckText("  oi \n").ShouldBe("oi");
        MessageLimits.CheckText(new string('a', 65_536)).Length.ShouldBe(65_536);
        Should.Throw<RuleException>(() => MessageLimits.CheckText(new string('a', 65_537))).Key.ShouldBe("message.too-long");
        Should.Throw<RuleException>(() => MessageLimits.CheckText(" \n ")).Key.ShouldBe("message.empty");
        Should.Throw<RuleException>(() => MessageLimits.CheckText("\u200B\u202E")).Key.ShouldBe("message.empty");
        MessageLimits.CheckCaption("  ").ShouldBeNull();
        Should.Throw<RuleException>(() => MessageLimits.CheckCaption(new string('a', 1_025))).Key.ShouldBe("message.caption-too-long");
    }
}
