using System.Globalization;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Alerts;

public sealed class AlertWordTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);

    public static TheoryData<AlertKind> Kinds => [.. Enum.GetValues<AlertKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_names_its_thing_and_says_what_was_done_and_what_to_do(AlertKind kind)
    {
        foreach (var language in new[] { "en", "pt-BR" })
        {
            var words = AlertWords.Of(Row(kind), CultureInfo.GetCultureInfo(language), SaoPaulo);

            words.Title.ShouldContain(
                kind.IsOfServer() ? "Servidor Um"
                : Row(kind).Said.Pool is null || kind == AlertKind.FailoverDone ? "Loja Centro"
                : "Vendas"
            );
            (words.Done + words.Do + words.Title).ShouldNotContain("{");
            words.Done.Length.ShouldBeGreaterThan(10);
            words.Do.Length.ShouldBeGreaterThan(5);
        }
    }

    [Fact]
    public void Every_cause_that_raises_an_alert_has_words()
    {
        int?[] codes = [401, 402, 403, 406, 405, 440, 515, 408, 411, 428, 500, 503, null, 999];
        string[] judged =
        [
            "disconnected",
            "reconnecting",
            "restriction-over",
            "moved",
            "ack-gap",
            "blocks",
            "failures",
            "error.ban",
            "error.token",
        ];

        foreach (var cause in codes.Select(c => CloseCode.Of(c).Cause).Concat(judged))
        {
            AlertText.Find($"cause.{cause}", CultureInfo.GetCultureInfo("en")).ShouldNotBeNull(cause);
        }

        foreach (var done in new[] { "failover.promoted", "failover.no-backup", "failover.nobody", "failover.official" })
        {
            AlertText.Find(done, CultureInfo.GetCultureInfo("pt-BR")).ShouldNotBeNull(done);
        }
    }

    [Fact]
    public void Times_and_figures_are_the_companys()
    {
        var row = Row(AlertKind.CapNear);
        AlertWords
            .Of(row with { Said = row.Said with { Count = 80, Of = 1_000 } }, CultureInfo.GetCultureInfo("pt-BR"), SaoPaulo)
            .Title.ShouldBe("Loja Centro já usou mais de 80 % das 1.000 mensagens de campanha de hoje");
        AlertWords.Of(Row(AlertKind.Banned), CultureInfo.GetCultureInfo("pt-BR"), SaoPaulo).Cause!.ShouldEndWith("Desde 18/11/2026 12:00.");
    }

    [Fact]
    public void Name_of_the_one_that_takes_over_is_said_only_where_the_reader_sees_it()
    {
        var row = Row(AlertKind.Banned);
        var done = row with { Said = row.Said with { Done = "failover.promoted" } };

        AlertWords.Of(done, CultureInfo.GetCultureInfo("en"), SaoPaulo).Done.ShouldStartWith("Loja Norte took over");
        AlertWords
            .Of(done with { OtherName = null }, CultureInfo.GetCultureInfo("en"), SaoPaulo)
            .Done.ShouldStartWith("A backup took over");
    }

    [Fact]
    public void Number_that_was_moved_is_not_said_to_be_logged_out()
    {
        var row = Row(AlertKind.LoggedOut);
        var moved = AlertWords.Of(row with { Said = row.Said with { Cause = "moved" } }, CultureInfo.GetCultureInfo("pt-BR"), SaoPaulo);

        moved.Title.ShouldBe("Loja Centro foi mudado para outro servidor de gateway e espera a leitura do QR code");
        moved.Cause!.ShouldStartWith("O número foi mudado");
        AlertWords.Of(row, CultureInfo.GetCultureInfo("en"), SaoPaulo).Title.ShouldBe("Loja Centro was logged out");
    }

    [Fact]
    public void Name_is_one_line_and_turns_no_direction() =>
        AlertWords
            .Of(Row(AlertKind.Banned) with { NumberName = "Loja\r\nBcc: x\u202E{0}" }, CultureInfo.GetCultureInfo("en"), SaoPaulo)
            .Title.ShouldBe("Loja Bcc: x{0} was banned by WhatsApp");

    [Fact]
    public void Retry_gives_up_after_hours_and_waits_as_long_as_it_is_asked()
    {
        DeliveryRetry.After(DeliveryOutcome.Refused, 1).ShouldBeNull();
        DeliveryRetry.After(DeliveryOutcome.Failed, 1).ShouldBe(TimeSpan.FromSeconds(10));
        DeliveryRetry.After(DeliveryOutcome.Failed, 9).ShouldBeNull();
        DeliveryRetry.After(DeliveryOutcome.Throttled, 1, TimeSpan.FromMinutes(5)).ShouldBe(TimeSpan.FromMinutes(5));
        DeliveryRetry.After(DeliveryOutcome.Throttled, 1, TimeSpan.FromDays(5)).ShouldBe(DeliveryRetry.LongestWait);
        DeliveryRetry.After(DeliveryOutcome.Throttled, 2, TimeSpan.FromSeconds(-5)).ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(AlertChannelKind.Email, "ana@aurora.example", true)]
    [InlineData(AlertChannelKind.Email, "ana@aurora.example,bia@evil.example", false)]
    [InlineData(AlertChannelKind.Email, "ana@aurora.example\r\nBcc: x@y", false)]
    [InlineData(AlertChannelKind.Email, "Ana <ana@aurora.example>", false)]
    [InlineData(AlertChannelKind.Telegram, "-1001234567890", true)]
    [InlineData(AlertChannelKind.Telegram, "@plantao_aurora", true)]
    [InlineData(AlertChannelKind.Telegram, "../getUpdates", false)]
    [InlineData(AlertChannelKind.Webhook, "https://hooks.example/a?b=c", true)]
    [InlineData(AlertChannelKind.Webhook, "https://ana:senha@hooks.example/", false)]
    [InlineData(AlertChannelKind.Webhook, "file:///etc/passwd", false)]
    [InlineData(AlertChannelKind.Webhook, "javascript:alert(1)", false)]
    public void Target_is_what_its_kind_can_reach(AlertChannelKind kind, string target, bool accepted) =>
        AlertChannel.Accepts(kind, target).ShouldBe(accepted);

    [Theory]
    [InlineData("123456789:AAEabcdefghijklmnopqrstuvwx", true)]
    [InlineData("123456789:AAE/../../getMe?aaaaaaaaaaaaa", false)]
    [InlineData("", false)]
    public void Token_can_be_nothing_but_a_token(string token, bool accepted) => AlertChannel.IsTelegramToken(token).ShouldBe(accepted);

    private static AlertRow Row(AlertKind kind) =>
        new(
            new AlertId(Guid.NewGuid()),
            kind.Level(),
            new WantedAlert(
                new AlertKey(kind, Guid.NewGuid()),
                _now,
                kind == AlertKind.Banned ? "closed.403" : null,
                At: _now,
                On: new DateOnly(2026, 11, 19),
                Count: 3,
                Of: 5
            )
            {
                Number = kind.IsOfNumber() || kind == AlertKind.FailoverDone ? Number(1) : null,
                Pool = kind.IsOfNumber() || kind.IsOfServer() ? null : new PoolId(Guid.NewGuid()),
            },
            kind.IsOfNumber() || kind == AlertKind.FailoverDone ? "Loja Centro" : null,
            "Loja Norte",
            kind.IsOfNumber() || kind.IsOfServer() ? null : "Vendas",
            kind.IsOfServer() ? "Servidor Um" : null,
            _now,
            null,
            null,
            null
        );
}
