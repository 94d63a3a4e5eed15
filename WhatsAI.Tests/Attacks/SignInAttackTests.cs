using System.Net;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>Guessing, locking others out, stolen and planted cookies, used links.</summary>
[Collection(typeof(AttackGroup))]
public sealed class SignInAttackTests(AttackedConsole attacked)
{
    private static int _people;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thousand_tries_from_one_address_are_refused_and_stop_nobody_else()
    {
        var most = new LimitOptions().SignInsPerAddress;
        using var attacker = attacked.NewVisitor();
        using var page = await attacker.GetAsync("/sign-in");
        var token = await TokenAsync(page);
        var counts = new Dictionary<HttpStatusCode, int>();
        using var refused = new MeterCount("whatsai.limits.refused");
        using var wrong = new MeterCount("whatsai.account.sign_ins");
        for (var i = 0; i < 1_000; i++)
        {
            using var answer = await attacker.PostAsync(
                "/sign-in",
                "sign-in",
                token,
                Credentials($"nobody{i}@aurora.example", "guess guess guess")
            );
            counts[answer.StatusCode] = counts.GetValueOrDefault(answer.StatusCode) + 1;
        }

        counts.ShouldBe(
            new Dictionary<HttpStatusCode, int> { [HttpStatusCode.OK] = most, [HttpStatusCode.TooManyRequests] = 1_000 - most },
            ignoreOrder: true
        );
        refused.Of("limit", "sign_ins").ShouldBeGreaterThanOrEqualTo(1_000 - most);
        wrong.Of("result", "wrong").ShouldBeGreaterThanOrEqualTo(most);
        using var english = await attacker.SignInAsync("x@x.example", "x");
        english.Headers.RetryAfter.ShouldNotBeNull();
        (await Visitor.AlertAsync(english)).ShouldNotBeNull().ShouldContain("Too many tries from your network. Wait 5 minutes");
        using var portuguese = await attacker.SignInAsync("x@x.example", "x", "pt-BR");
        (await Visitor.AlertAsync(portuguese)).ShouldNotBeNull().ShouldContain("Tentativas demais a partir da sua rede. Espere 5 minutos");
        using var other = attacked.NewVisitor();
        using var fine = await other.SignInAsync(await PersonAsync(), AttackedConsole.Password);
        fine.StatusCode.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task Address_that_a_visitor_makes_up_is_not_believed()
    {
        var refused = 0;
        for (var i = 0; i <= new LimitOptions().SignInsPerAddress; i++)
        {
            // The proxy writes down whom it saw behind what the visitor claims.
            using var visitor = attacked.NewVisitor($"198.18.0.{i}, 203.0.200.7");
            using var answer = await visitor.SignInAsync("nobody@aurora.example", "guess guess guess");
            refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        refused.ShouldBe(1);
    }

    [Fact]
    public async Task Stranger_locks_an_account_and_its_user_still_gets_in_with_his_own_browser()
    {
        var email = await PersonAsync();
        using var own = attacked.NewVisitor();
        (await StatusAsync(own, email, AttackedConsole.Password)).ShouldBe(HttpStatusCode.Found);
        using var stranger = attacked.NewVisitor();
        await LockAsync(stranger, email);

        using var locked = await stranger.SignInAsync(email, AttackedConsole.Password);
        (await Visitor.AlertAsync(locked)).ShouldNotBeNull().ShouldContain("locked for 15 minutes");
        (await StatusAsync(own, email, AttackedConsole.Password)).ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task Known_browser_has_no_more_tries_than_a_stranger_and_no_tries_at_another_account()
    {
        var (email, other) = (await PersonAsync(), await PersonAsync());
        using var known = attacked.NewVisitor();
        (await StatusAsync(known, email, AttackedConsole.Password)).ShouldBe(HttpStatusCode.Found);
        for (var i = 0; i < SignInGuard.Tries; i++)
        {
            (await StatusAsync(known, email, "guess guess guess")).ShouldBe(HttpStatusCode.OK);
        }

        (await StatusAsync(known, email, AttackedConsole.Password)).ShouldBe(HttpStatusCode.OK, "its own tries are used up");
        await LockAsync(known, other);
        using var stranger = attacked.NewVisitor();
        (await StatusAsync(stranger, other, AttackedConsole.Password)).ShouldBe(HttpStatusCode.OK, "the other account counted them");
    }

    [Fact]
    public async Task Session_planted_in_a_browser_is_not_the_one_that_is_signed_in_with()
    {
        var email = await PersonAsync();
        using var attacker = await attacked.SignedInAsync();
        var planted = attacker.Cookies["console-session"]!;
        using var victim = attacked.NewVisitor();
        victim.Plant(new Cookie(planted.Name, planted.Value, "/"));

        using var page = await victim.GetAsync("/forgot-password");
        using var answer = await victim.PostAsync(
            "/sign-in",
            "sign-in",
            await TokenAsync(page),
            Credentials(email, AttackedConsole.Password)
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        victim.Cookies["console-session"]!.Value.ShouldNotBe(planted.Value);
        using var profile = await attacker.GetAsync("/profile");
        (await profile.Content.ReadAsStringAsync(Ct)).ShouldNotContain(email, Case.Insensitive);
    }

    [Fact]
    public async Task Cookie_that_was_tampered_with_is_nobodys()
    {
        using var ana = await attacked.SignedInAsync();
        var cookie = ana.Cookies["console-session"]!.Value;
        foreach (var forged in new[] { cookie[..^1], cookie[1..], cookie.ToUpperInvariant(), "x", cookie[..^4] + "AAAA" })
        {
            using var thief = attacked.NewVisitor();
            thief.Plant(new Cookie("console-session", forged, "/"));
            using var answer = await thief.GetAsync($"/t/{attacked.Ours.Tenant.Slug}/inbox");
            answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        }
    }

    [Fact]
    public async Task Cookies_are_out_of_reach_of_scripts_and_foreign_pages_and_need_https_where_there_is_any()
    {
        using var visitor = attacked.NewVisitor();
        visitor.ComeBy("https");
        using var page = await visitor.GetAsync("/sign-in");
        using var answer = await visitor.PostAsync(
            "/sign-in",
            "sign-in",
            await TokenAsync(page),
            Credentials(await PersonAsync(), AttackedConsole.Password)
        );

        // The cookie of the page's form is lost on the way: a browser does not send it back over http. What counts is how it was set.
        var set = page.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.ToList() : [];
        set.ShouldNotBeEmpty();
        foreach (var cookie in set)
        {
            cookie.ShouldContain("httponly", Case.Insensitive);
            cookie.ShouldContain("secure", Case.Insensitive);
            cookie.ShouldContain("samesite", Case.Insensitive);
        }
    }

    [Fact]
    public async Task Reset_link_is_good_for_its_own_user_once_and_as_it_was_sent()
    {
        var (email, other) = (await PersonAsync(), await PersonAsync());
        var (user, token) = await LinkAsync(email);
        var (foreign, _) = await LinkAsync(other);
        using var visitor = attacked.NewVisitor();

        (await ResetAsync(visitor, foreign, token)).ShouldBe(HttpStatusCode.OK, "another's link");
        (await ResetAsync(visitor, user, token[..^2])).ShouldBe(HttpStatusCode.OK, "cut");
        (await ResetAsync(visitor, user, token.ToUpperInvariant())).ShouldBe(HttpStatusCode.OK, "upper-cased");
        (await ResetAsync(visitor, user, "%")).ShouldBe(HttpStatusCode.OK, "no link at all");
        (await ResetAsync(visitor, user, token)).ShouldBe(HttpStatusCode.Found);
        (await ResetAsync(visitor, user, token)).ShouldBe(HttpStatusCode.OK, "used");
    }

    [Fact]
    public async Task Mailbox_is_not_flooded_with_reset_links()
    {
        var email = await PersonAsync();
        for (var i = 0; i < 6; i++)
        {
            using var visitor = attacked.NewVisitor();
            using var answer = await visitor.SubmitAsync(
                "/forgot-password",
                "forgot",
                new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Email"] = email }
            );
            (await answer.Content.ReadAsStringAsync(Ct)).ShouldContain("role=\"status\"");
        }

        // Mails go out in order: one that came before would lie beside this one.
        attacked.Console.Services.GetRequiredService<MailOutbox>().Send(new Mail("last-" + email, "last", "last"));
        await Wait.UntilAsync(() => MailsTo("last-" + email) == 1, "the last mail");
        MailsTo(email).ShouldBe(new LimitOptions().ResetMailsPerUser);
    }

    [Fact]
    public async Task Name_with_line_breaks_and_markup_stays_text_in_a_mail()
    {
        var email = $"person{Interlocked.Increment(ref _people)}@attack.example";
        await using (var scope = attacked.Console.Services.CreateAsyncScope())
        {
            await scope
                .ServiceProvider.GetRequiredService<TenantCreation>()
                .CreateAsync(
                    new NewTenant(
                        "Alvo",
                        email,
                        "Eva\r\nBcc: thief@evil.example\r\n\r\n<script>alert(1)</script>\u202E",
                        AttackedConsole.Password
                    )
                );
        }

        using var visitor = attacked.NewVisitor();
        using var answer = await visitor.SubmitAsync(
            "/forgot-password",
            "forgot",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Email"] = email }
        );

        await Wait.UntilAsync(() => MailsTo(email) == 1, "the mail");
        var mail = await File.ReadAllTextAsync(Directory.GetFiles(attacked.Console.MailFolder).Single(f => IsTo(f, email)), Ct);
        var head = mail[..mail.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        head.ShouldNotContain("Bcc", Case.Insensitive);
        head.ShouldContain("text/plain");
    }

    private async Task<string> PersonAsync()
    {
        var number = Interlocked.Increment(ref _people);
        var email = $"person{number}@attack.example";
        await attacked.Console.AddTenantAsync(email, AttackedConsole.Password, $"Alvo {number}");
        return email;
    }

    private static async Task LockAsync(Visitor visitor, string email)
    {
        for (var i = 0; i < SignInGuard.Tries; i++)
        {
            (await StatusAsync(visitor, email, "guess guess guess")).ShouldBe(HttpStatusCode.OK);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor, string email, string password)
    {
        using var page = await visitor.GetAsync("/forgot-password");
        using var answer = await visitor.PostAsync("/sign-in", "sign-in", await TokenAsync(page), Credentials(email, password));
        return answer.StatusCode;
    }

    private static Dictionary<string, string> Credentials(string email, string password) =>
        new(StringComparer.Ordinal) { ["Form.Email"] = email, ["Form.Password"] = password };

    private static async Task<string> TokenAsync(HttpResponseMessage page) => Visitor.TokenOf(await page.Content.ReadAsStringAsync(Ct));

    private async Task<(string User, string Token)> LinkAsync(string email)
    {
        await using var scope = attacked.Console.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        var user = (await users.FindByEmailAsync(email))!;
        return (
            user.Id.ToString("N"),
            WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(user)))
        );
    }

    private static async Task<HttpStatusCode> ResetAsync(Visitor visitor, string user, string token)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Form.Password"] = "another horse entirely",
            ["Form.Again"] = "another horse entirely",
        };
        using var answer = await visitor.SubmitAsync($"/reset-password?user={user}&token={Uri.EscapeDataString(token)}", "reset", fields);
        return answer.StatusCode;
    }

    private int MailsTo(string email) =>
        Directory.Exists(attacked.Console.MailFolder)
            ? Directory.GetFiles(attacked.Console.MailFolder, "*.eml").Count(f => IsTo(f, email))
            : 0;

    private static bool IsTo(string file, string email)
    {
        try
        {
            return File.ReadLines(file).Any(l => l.Equals("X-Receiver: " + email, StringComparison.OrdinalIgnoreCase));
        }
        catch (IOException)
        {
            // Just being written.
            return false;
        }
    }
}
