using System.Globalization;
using System.Text;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Analytics;

public sealed class CsvFileTests
{
    [Theory]
    [InlineData("pt-BR", "Nome;Valor\r\nAna;1234,5\r\n;7\r\n")]
    [InlineData("en", "Nome,Valor\r\nAna,1234.5\r\n,7\r\n")]
    public void File_opens_in_the_spreadsheet_of_the_readers_language(string language, string expected)
    {
        var file = CsvFile.Write(
            [
                ["Nome", "Valor"],
                ["Ana", 1234.5],
                [null, 7],
            ],
            CultureInfo.GetCultureInfo(language)
        );

        file[..3].ShouldBe(Encoding.UTF8.GetPreamble());
        Encoding.UTF8.GetString(file[3..]).ShouldBe(expected);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil.example\";\"x\")")]
    [InlineData("+5511977770001")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("  =1+1")]
    [InlineData("\t=1+1")]
    [InlineData("\r\n=1+1")]
    public void Name_of_a_stranger_is_no_formula(string name)
    {
        var text = Encoding.UTF8.GetString(
            CsvFile.Write(
                [
                    ["Nome", "B"],
                    [name, 1],
                ],
                CultureInfo.GetCultureInfo("pt-BR")
            )
        );

        text.Split("\r\n")[1].TrimStart('"').ShouldStartWith("'");
    }

    [Fact]
    public void Quote_line_break_and_separator_stay_in_their_field() =>
        Encoding
            .UTF8.GetString(
                CsvFile.Write(
                    [
                        ["a;b", "c\"d"],
                        ["e\nf", "g"],
                    ],
                    CultureInfo.GetCultureInfo("pt-BR")
                )
            )
            .ShouldEndWith("\"a;b\";\"c\"\"d\"\r\n\"e\nf\";g\r\n");
}
