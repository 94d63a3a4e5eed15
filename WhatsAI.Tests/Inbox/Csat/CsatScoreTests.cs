using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Csat;

namespace WhatsAI.Tests.Inbox.Csat;

/// <summary>What is a score, and what is asked with which words.</summary>
public sealed class CsatScoreTests
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData(" 4! ", 4)]
    [InlineData("3.", 3)]
    [InlineData("5️⃣", 5)]
    [InlineData("５", 5)]
    [InlineData("⭐⭐⭐⭐⭐", 5)]
    [InlineData("🌟 🌟", 2)]
    [InlineData("★★★☆", null)]
    [InlineData("⭐⭐⭐⭐⭐⭐", null)]
    [InlineData("nota 5", 5)]
    [InlineData("Nota: 5", 5)]
    [InlineData("a nota é 4", 4)]
    [InlineData("CINCO", 5)]
    [InlineData("três", 3)]
    [InlineData("dou 4 estrelas", 4)]
    [InlineData("uma estrela", 1)]
    [InlineData("5 de 5", 5)]
    [InlineData("4/5", 4)]
    [InlineData("*5*", 5)]
    [InlineData("five", 5)]
    [InlineData("Four stars", 4)]
    [InlineData("rating: 2", 2)]
    [InlineData("3 out of 5", 3)]
    [InlineData("0", null)]
    [InlineData("6", null)]
    [InlineData("10", null)]
    [InlineData("55", null)]
    [InlineData("5 minutos", null)]
    [InlineData("quero 5", null)]
    [InlineData("5 5", null)]
    [InlineData("de 5", null)]
    [InlineData("obrigado", null)]
    [InlineData("", null)]
    [InlineData("nota 5, mas demorou muito para chegar", null)]
    public void Score_is_read_as_customers_write_it(string text, int? score) => CsatScore.Parse(text).ShouldBe(score);

    [Fact]
    public void What_is_not_known_of_the_customer_is_left_out()
    {
        var unknown = new CannedValues(null, "Ana Ribeiro", "Vendas", "Aurora");
        const string Question = "Olá {{contact.first_name}}! Nota para {{agent.first_name}}, da {{company.name}}?";

        CsatSettings.Fill(Question, unknown).ShouldBe("Olá! Nota para Ana, da Aurora?");
        CsatSettings.Fill(Question, unknown with { ContactName = "{{company.name}} Silva" }).ShouldStartWith("Olá {{company.name}}!");
        CsatSettings.Fill("Olá {{contact.first_name|cliente}}", unknown).ShouldBe("Olá cliente");
    }

    [Theory]
    [InlineData("", "", 24, 7, "csat.text-invalid")]
    [InlineData("Nota?", "", 0, 7, "csat.number-invalid")]
    [InlineData("Nota?", "", 24, 400, "csat.number-invalid")]
    [InlineData("Nota, {{nobody}}?", "", 24, 7, "canned.variable-unknown")]
    [InlineData("Nota?", "Obrigado {{", 24, 7, "canned.variable-unclosed")]
    public void Question_that_cannot_be_asked_is_refused(string question, string thanks, int hours, int days, string key) =>
        Should.Throw<RuleException>(() => new CsatSettings(default, new CsatForm(true, question, thanks, hours, days))).Key.ShouldBe(key);

    [Fact]
    public void Asked_is_only_who_may_be()
    {
        var fine = new SurveyFacts(TimeSpan.Zero, true, true, true, false, false, false, false);

        fine.MayAsk.ShouldBeTrue();
        new[]
        {
            fine with
            {
                Enabled = false,
            },
            fine with
            {
                Resolved = false,
            },
            fine with
            {
                Answered = false,
            },
            fine with
            {
                Blocked = true,
            },
            fine with
            {
                OptedOut = true,
            },
            fine with
            {
                AskedLately = true,
            },
            fine with
            {
                NumberGone = true,
            },
            fine with
            {
                Late = TimeSpan.FromHours(7),
            },
        }.ShouldAllBe(f => !f.MayAsk);
    }
}
