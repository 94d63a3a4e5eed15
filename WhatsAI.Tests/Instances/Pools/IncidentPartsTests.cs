using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Instances;
using WhatsAI.Web.Instances.Pools;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>A server's trouble is said once above the wall, and small on each card.</summary>
public sealed class IncidentPartsTests() : ComponentContext("pt-BR")
{
    private static readonly Func<string, string> _path = Shell.Path;
    private static readonly DateTimeOffset _now = At("2026-11-18T14:06", SaoPaulo);

    [Fact]
    public void Banner_says_how_many_of_which_server_since_when_and_not_to_scan()
    {
        var banner = Banner(mayManage: true, maySeeGateways: true);

        banner
            .Find(".banner-title")
            .TextContent.ShouldBe(
                "3 de 4 números do servidor evolution-1 caíram às 14:02: o problema é do gateway. Não leia o QR de novo."
            );
        banner.FindAll("a").Select(a => a.GetAttribute("href")).ShouldBe([$"/t/aurora/numbers/{Number(2)}", "/t/aurora/settings/gateways"]);
        banner.FindAll("[role=alert]").Count.ShouldBe(1);
        banner.FindAll("button").ShouldBeEmpty("one is moved from its own page");
        Banner(mayManage: false, maySeeGateways: false).FindAll("a").ShouldBeEmpty();
    }

    [Fact]
    public void All_with_a_second_server_are_moved_by_one_button()
    {
        ServerTrouble? asked = null;
        var trouble = Trouble() with
        {
            Standbys = [.. Trouble().Standbys, new StandbyOffer(Number(3), "Vendas 03", "evolution-2", GoesByItself: false)],
        };
        var banner = Render<IncidentBanner>(p =>
            p.Add(b => b.Troubles, [trouble])
                .Add(b => b.Now, _now)
                .Add(b => b.Zone, SaoPaulo)
                .Add(b => b.Path, _path)
                .Add(b => b.MayManage, true)
                .Add(b => b.OnMoveAll, t => asked = t)
        );

        banner.Find("button").Click();

        banner.Find("button").TextContent.ShouldContain("Passar os 2 para o segundo servidor");
        asked.ShouldBe(trouble);
        banner.FindAll("a").ShouldBeEmpty();
    }

    [Fact]
    public void What_was_done_for_a_number_that_is_out_is_said_with_its_time()
    {
        var texts = Services.GetRequiredService<IStringLocalizer<IncidentText>>();
        var done = new ShownFailover(Id.New<FailoverId>(_now), Number(3), Number(6), "Vendas 06", IsDrill: false) { IsDone = true };

        IncidentWords
            .Of(done with { Times = new FailoverTimes(_now).Promoted(_now.AddSeconds(1.4)) }, texts)
            .ShouldBe("Vendas 06 assumiu em 1,4 s");
        IncidentWords.Of(done, texts).ShouldBe("Vendas 06 atende no lugar dele");
        IncidentWords.Of(done with { ServesName = null, Serves = null }, texts).ShouldBe("Outro número assumiu");
        IncidentWords.Of(done with { IsAlone = true }, texts).ShouldBe("Ninguém pôde assumir: as campanhas esperam");
    }

    [Fact]
    public void Server_that_does_not_answer_is_said_so_with_what_numbers_do_by_themselves()
    {
        var texts = Services.GetRequiredService<IStringLocalizer<IncidentText>>();
        var silent = Trouble() with { Unreachable = true };

        IncidentWords.Title(silent, _now, SaoPaulo, texts).ShouldStartWith("O servidor evolution-1 não responde desde 14:02; 3 números");
        IncidentWords.Does(silent, texts).ShouldEndWith("precisam da leitura do QR lá.");
        IncidentWords.Does(silent with { Standbys = [] }, texts).ShouldEndWith("quarentena por isso.");
    }

    [Fact]
    public void Cards_of_the_server_do_not_shout_and_a_banned_number_comes_first_and_is_not_excused()
    {
        var wall = Wall(Row(1, InstanceState.LoggedOut), Row(2, InstanceState.Disconnected), Row(3, InstanceState.Banned), Row(4));

        var cards = wall.Cards.ToList();
        cards.Select(c => c.Row.Id).ShouldBe([Number(3), Number(1), Number(2), Number(4)]);
        cards.Select(c => c.State.Key).ShouldBe(["banned", "waits-gateway", "waits-gateway", "connected"]);
        wall.Troubles.Count.ShouldBe(1);
        var card = Card(cards[2]);
        card.Find(".number").ClassList.ShouldNotContain("number-edge");
        card.Find(".number-say").TextContent.ShouldContain("Parte do problema do servidor evolution-1");
        card.FindAll(".number-say button").ShouldBeEmpty();
        card.Find(".number-say a").GetAttribute("href").ShouldBe("/x", "its second server is chosen on its page");
        Card(cards[1]).FindAll(".number-say a").ShouldBeEmpty("it has none");
    }

    [Fact]
    public void Card_of_a_number_with_a_failover_links_to_the_record()
    {
        var link = Card(Wall(Row(3, InstanceState.Banned)).Cards.Single()).Find(".number-failover a");

        link.TextContent.ShouldBe("Troca para Vendas 06 em andamento");
        link.GetAttribute("href")!.ShouldStartWith("/t/aurora/numbers/failovers/");
    }

    [Fact]
    public void Failover_is_told_step_by_step_while_it_runs_and_a_minute_longer()
    {
        var times = new FailoverTimes(_now.AddSeconds(-7)).Detected(_now.AddSeconds(-6.9)).Promoted(_now.AddSeconds(-5.6));
        var running = new ShownFailover(Id.New<FailoverId>(_now), Number(3), Number(6), "Vendas 06", IsDrill: false)
        {
            Times = times,
            Conversations = 17,
        };
        var card = Card(Failing(running));

        card.Find(".number").ClassList.ShouldContain("number-wide");
        card.FindAll(".failover-steps li span:not(:empty)")
            .Select(t => t.TextContent)
            .ShouldBe([
                "check_circle",
                "Falha detectada",
                "0,1 s",
                "check_circle",
                "Vendas 06 assumiu",
                "1,4 s",
                "sync",
                "Pessoas em conversa seguem por ele",
                "17",
                "radio_button_unchecked",
                "Primeira mensagem por Vendas 06",
            ]);
        card.Find("run-watch").GetAttribute("passed").ShouldBe("7000");
        card.FindAll(".number-failover").ShouldBeEmpty("once is enough");

        var done = running with { IsDone = true, FinishedAt = _now.AddSeconds(-59) };
        Card(Failing(done)).FindAll("run-watch").ShouldBeEmpty("it stands");
        var over = Card(Failing(done with { FinishedAt = _now.AddSeconds(-60) }));
        over.Find(".number").ClassList.ShouldNotContain("number-wide");
        over.Find(".number-failover a").TextContent.ShouldBe("Vendas 06 assumiu em 1,4 s");

        NumberCardView Failing(ShownFailover failover) =>
            WallView
                .Of([Row(3, InstanceState.Banned)], [], new WallTroubles([], [failover]), false, new WallOrder(Time), _now, SaoPaulo)
                .Cards.Single();
    }

    [Fact]
    public void Failover_that_nobody_could_take_over_says_so()
    {
        var alone = new ShownFailover(Id.New<FailoverId>(_now), Number(3), null, null, IsDrill: false)
        {
            IsAlone = true,
            Times = new FailoverTimes(_now).Detected(_now),
        };
        var steps = Render<FailoverSteps>(p =>
            p.Add(s => s.Failover, alone).Add(s => s.Name, "Vendas 03").Add(s => s.Now, _now).Add(s => s.Href, "/x")
        );

        steps.FindAll("li")[^1].TextContent.ShouldContain("Ninguém pôde assumir");
    }

    [Fact]
    public void Crowd_of_numbers_in_a_servers_trouble_is_tiles_and_what_needs_somebody_stays_a_card_above_them()
    {
        var group = Wall([.. Enumerable.Range(1, 3).Select(i => Row(i, InstanceState.Disconnected)), Row(4), Row(5, InstanceState.Banned)])
            .Groups.Single();

        var fold = group.Folded();
        fold.Before.Select(c => c.Row.Id).ShouldBe([Number(5)]);
        fold.Tiles.Select(c => c.Row.Id).ShouldBe([Number(1), Number(2), Number(3)]);
        fold.After.Select(c => c.Row.Id).ShouldBe([Number(4)]);
        var few = (group with { Cards = [.. group.Cards.Where(c => c.Row.Id != Number(1))] }).Folded();
        (few.Before.Count, few.Tiles.Count, few.After.Count).ShouldBe((4, 0, 0), "two are no crowd");

        var board = Render<WallBoard>(p =>
            p.Add(b => b.Wall, new WallView([group], [], [])).Add(b => b.Now, _now).Add(b => b.Zone, SaoPaulo)
        );
        board.FindAll(".board-card").Count.ShouldBe(3, "on the wallboard all tiles are one place");
        board.Find(".board-fold").TextContent.ShouldContain("3 números");

        var unfolded = 0;
        var tiles = Render<IncidentTiles>(p =>
            p.Add(t => t.Cards, fold.Tiles)
                .Add(t => t.Now, _now)
                .Add(t => t.Zone, SaoPaulo)
                .Add(t => t.Path, _path)
                .Add(t => t.MayManage, true)
                .Add(t => t.OnUnfold, () => unfolded++)
        );
        tiles
            .FindAll("li > a:first-of-type")
            .Select(a => a.GetAttribute("href"))
            .ShouldBe(fold.Tiles.Select(c => $"/t/aurora/numbers/{c.Row.Id}"));
        tiles.Find("li:nth-child(2)").TextContent.ShouldContain("evolution-2", Case.Sensitive, "its second server is offered");
        tiles.Find("li:nth-child(1)").TextContent.ShouldContain("14:02");
        tiles.Find("button").Click();
        unfolded.ShouldBe(1);
    }

    private static NumberRow Row(int number, InstanceState state = InstanceState.Open) =>
        new(Number(number), $"Vendas 0{number}", "evolution-1", Facts(_now, state, _now.AddMinutes(-4)), new double[24], 0, 0, null);

    private static ServerTrouble Trouble() =>
        new(
            Server(1),
            "evolution-1",
            At("2026-11-18T14:02", SaoPaulo),
            Unreachable: false,
            new HashSet<InstanceId> { Number(1), Number(2), Number(3) },
            new HashSet<InstanceId> { Number(1), Number(2), Number(3), Number(4) },
            [new StandbyOffer(Number(2), "Vendas 02", "evolution-2", GoesByItself: true)]
        );

    private WallView Wall(params NumberRow[] rows)
    {
        var failover = new ShownFailover(Id.New<FailoverId>(_now), Number(3), Number(6), "Vendas 06", IsDrill: false);
        return WallView.Of(rows, [], new WallTroubles([Trouble()], [failover]), showEmpty: false, new WallOrder(Time), _now, SaoPaulo);
    }

    private IRenderedComponent<IncidentBanner> Banner(bool mayManage, bool maySeeGateways) =>
        Render<IncidentBanner>(p =>
            p.Add(b => b.Troubles, [Trouble()])
                .Add(b => b.Now, _now)
                .Add(b => b.Zone, SaoPaulo)
                .Add(b => b.Path, _path)
                .Add(b => b.MayManage, mayManage)
                .Add(b => b.MaySeeGateways, maySeeGateways)
        );

    private IRenderedComponent<NumberCard> Card(NumberCardView card) =>
        Render<NumberCard>(p =>
            p.Add(c => c.Card, card)
                .Add(c => c.Now, _now)
                .Add(c => c.Zone, SaoPaulo)
                .Add(c => c.Href, "/x")
                .Add(c => c.Path, _path)
                .Add(c => c.MayManage, true)
        );
}
